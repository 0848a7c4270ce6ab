import { readFileSync } from 'node:fs'
import { dirname, isAbsolute, resolve } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { backendsSchema } from './config-backends.ts'
import { ConfigError, describeBroken, describeIssues } from './config-error.ts'
import { expand } from './config-expand.ts'
import type { Environment } from './env.ts'
import { isLoopback } from './loopback.ts'

const portSchema = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,5}$/, 'a port between 1 and 65535')
      .transform(Number),
  ])
  .refine((port) => Number.isInteger(port) && port > 0 && port < 65_536, 'a port between 1 and 65535')

const isOrigin = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : null
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text
}

const UNITS: Record<string, number> = { KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 }
const LEAST_BYTES = 2 ** 20

const bytesSchema = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,9} ?[KMG]B$/, 'a number of bytes, or a size such as 512MB')
      .transform((text) => Number.parseInt(text, 10) * (UNITS[text.slice(-2)] ?? 1)),
  ])
  .refine((bytes) => Number.isInteger(bytes) && bytes >= LEAST_BYTES, 'at least 1MB')

const configSchema = z.strictObject({
  listen: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      port: portSchema.default(3000),
      publicOrigin: z
        .string()
        .refine(isOrigin, 'an origin such as https://locks.example.com, with nothing after it')
        .optional(),
    })
    .prefault({}),
  store: z.string().min(1).default('./lockkeeper.db'),
  history: z
    .strictObject({
      maxAgeDays: z
        .number()
        .min(1 / 24)
        .max(3_650)
        .optional(),
      maxBytes: bytesSchema.optional(),
    })
    .prefault({}),
  backends: backendsSchema,
  demo: z.boolean().default(false),
})

export interface Config extends Omit<z.infer<typeof configSchema>, 'listen' | 'history'> {
  /** Null when there is none: the demo fleet alone. */
  file: string | null
  listen: { host: string; port: number; publicOrigin: string | null }
  /** How much of it is kept; what is left out is up to the history. */
  history?: { maxAgeMs?: number; maxBytes?: number }
}

const DAY_MS = 86_400_000
const DEFAULT_FILE = 'lockkeeper.yaml'

/** The configuration: a file if there is one, what the environment says on top, the demo fleet if there is neither. */
export function readConfig({ cwd, variables }: Environment): Config {
  const named = variables.LOCKKEEPER_CONFIG
  const file = resolve(cwd, named || DEFAULT_FILE)
  const text = readText(file, Boolean(named))
  const config = text === null ? withoutFile(cwd) : parseConfig(text, file, variables)
  return withEnvironment(config, variables)
}

export function parseConfig(text: string, file: string, variables: Environment['variables']): Config {
  const lines = new LineCounter()
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  if (doc.errors.length > 0) throw new ConfigError(describeBroken({ file, text, lines }, doc.errors))
  expand(doc, lines, file, variables)
  const value: unknown = doc.toJS() ?? {}
  const parsed = configSchema.safeParse(withFiles(value, dirname(file)))
  if (!parsed.success) {
    throw new ConfigError(
      describeIssues({ file, doc, lines, value, schema: configSchema }, parsed.error.issues),
    )
  }
  const { listen, store, history, ...rest } = parsed.data
  if (rest.backends.length === 0 && !rest.demo) {
    throw new ConfigError(`${file}: there is nothing to watch; name "backends", or set "demo: true"`)
  }
  return {
    ...rest,
    file,
    listen: { ...listen, publicOrigin: listen.publicOrigin ?? null },
    store: isAbsolute(store) ? store : resolve(dirname(file), store),
    history: {
      ...(history.maxAgeDays === undefined ? {} : { maxAgeMs: history.maxAgeDays * DAY_MS }),
      ...(history.maxBytes === undefined ? {} : { maxBytes: history.maxBytes }),
    },
  }
}

const TLS_FILES: ReadonlySet<string> = new Set(['ca', 'cert', 'key'])

const isText = (pem: string): boolean => pem.includes('-----BEGIN')

/** Files of certificates lie beside the configuration, unless they are named from the root. */
function withFiles(value: unknown, folder: string, isTls = false): unknown {
  if (Array.isArray(value)) return value.map((each) => withFiles(each, folder))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) =>
      isTls && TLS_FILES.has(name) && typeof inner === 'string' && !isText(inner)
        ? [name, resolve(folder, inner)]
        : [name, withFiles(inner, folder, name === 'tls')],
    ),
  )
}

const withoutFile = (cwd: string): Config => ({
  file: null,
  listen: { host: '127.0.0.1', port: 3000, publicOrigin: null },
  store: resolve(cwd, 'lockkeeper.db'),
  history: {},
  backends: [],
  demo: true,
})

function readText(file: string, isNamed: boolean): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (isMissing && !isNamed) return null
    throw new ConfigError(
      isMissing
        ? `${file}: there is no such file; correct LOCKKEEPER_CONFIG, or unset it to see the demo fleet`
        : `${file}: it can't be read; check its permissions`,
    )
  }
}

/** HOST and PORT win over the file. Whatever was asked for, only this machine may reach a console without sign-in. */
function withEnvironment(config: Config, variables: Environment['variables']): Config {
  const host = variables.HOST || config.listen.host
  const port = variables.PORT
    ? portSchema.safeParse(variables.PORT)
    : { success: true, data: config.listen.port }
  if (!port.success || port.data === undefined)
    throw new ConfigError('PORT must be a port between 1 and 65535')
  if (!isLoopback(host)) {
    const where = variables.HOST ? 'HOST' : `${config.file}: listen.host`
    throw new ConfigError(
      `${where} must be 127.0.0.1, ::1 or localhost: the console has no sign-in yet, so that anybody who reaches it ` +
        'could free locks. To reach it from elsewhere, use an SSH tunnel or a proxy that signs people in.',
    )
  }
  return { ...config, listen: { ...config.listen, host, port: port.data } }
}
