import type { Dialect } from './dialect.ts'
import { byName, holder, sight } from './sight.ts'
import { isUuid, madeAt } from './uuid.ts'

/** 16 bytes in base64 end with one of these; with the alphabet of URLs there is no padding. */
const OF_16_BYTES = /^[A-Za-z0-9+/]{21}[AQgw]==$/
const URL_OF_16_BYTES = /^[A-Za-z0-9_-]{21}[AQgw]$/
const LETTERS_22 = /^[A-Za-z0-9]{22}$/
const LETTERS_16 = /^(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9]{16}$/
const UNIVERSAL = /^([^:\s]{1,64}):(\d{13}):[0-9a-f]{16}$/
const TOKEN_22 = 22
/** The random part of a token of redlock-universal, with the colon before it. */
const RANDOM_17 = 17
const LOCK = ':lock'

/** A dialect that is known by nothing but what its tokens look like. */
const shaped = (id: string, length: number, fits: RegExp): Dialect => ({
  id,
  types: ['string'],
  lengths: [length],
  read(look) {
    const confidence = fits.test(look.text) ? byName(look) : null
    return confidence && sight(look, { dialect: id, confidence })
  },
})

const bytesOf = (base64: string): string => Buffer.from(base64, 'base64').toString('hex')

/** Go: 16 random bytes in base64. */
export const redsync = shaped('redsync', 24, OF_16_BYTES)

export const goZero = shaped('go-zero', 16, LETTERS_16)

export const redlockPy = shaped('redlock-py', 22, LETTERS_22)

/** Rust: 20 random bytes as they are. */
export const rslock = shaped('rslock', 20, /[^ -~]/)

/** A UUID of version 1 in base64, made for each attempt. */
export const warlock: Dialect = {
  id: 'warlock',
  types: ['string'],
  lengths: [24],
  suffixes: [LOCK],
  read(look) {
    if (!look.name.endsWith(LOCK) || !OF_16_BYTES.test(look.text)) return null
    const made = madeAt(bytesOf(look.text), look.readAt)
    if (!made) return null
    const known = { since: made.at, sinceIs: 'exact', who: { host: made.card } } as const
    const name = look.name.slice(0, -LOCK.length)
    return sight(look, { dialect: this.id, confidence: 'certain', name, holders: [holder(look, known)] })
  },
}

/** npm redislock and ioredis-lock: a UUID of version 1, made once for all that one object locks. */
export const redislock: Dialect = {
  id: 'redislock',
  types: ['string'],
  lengths: [36],
  read(look) {
    const made = isUuid(look.text) ? madeAt(look.text.replaceAll('-', ''), look.readAt) : null
    const confidence = made && byName(look)
    if (!confidence) return null
    const who = { host: made.card, labels: { made: new Date(made.at).toISOString() } }
    return sight(look, { dialect: this.id, confidence, holders: [holder(look, { who })] })
  },
}

/** Go: 16 random bytes in the base64 of URLs, and whatever its user has to say. */
export const bsmRedislock: Dialect = {
  id: 'bsm-redislock',
  types: ['string'],
  read(look) {
    const fits = look.text.length >= TOKEN_22 && URL_OF_16_BYTES.test(look.text.slice(0, TOKEN_22))
    const confidence = fits ? byName(look) : null
    if (!confidence || look.text.length === TOKEN_22)
      return confidence && sight(look, { dialect: this.id, confidence })
    // Many texts begin with 22 such letters: here the name has to say that it is a lock, and even then it is a guess.
    return confidence === 'likely' ? sight(look, { dialect: this.id, confidence: 'candidate' }) : null
  },
}

/** With tokens that its helper makes: who, when and at random. */
export const redlockUniversal: Dialect = {
  id: 'redlock-universal',
  types: ['string'],
  read(look) {
    const [, node, made] = look.text.at(-RANDOM_17) === ':' ? (UNIVERSAL.exec(look.text) ?? []) : []
    const confidence = node ? byName(look) : null
    if (!confidence || !node) return null
    const who = { service: node, labels: { made: new Date(Number(made)).toISOString() } }
    return sight(look, { dialect: this.id, confidence, holders: [holder(look, { label: node, who })] })
  },
}
