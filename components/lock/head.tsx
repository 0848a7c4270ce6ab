'use client'

import Link from 'next/link'
import { useState } from 'react'
import { useOnClock } from '@/lib/client/live.tsx'
import type { Lock } from '@/lib/fleet/lock.ts'
import type { FleetBackend } from '@/lib/fleet/node.ts'
import { heldFor, leftOfLock, shortFence } from '../locks/words.ts'
import { StateGlyph, StateWord } from '../states/glyph.tsx'
import { LOOKS, type LookId, lookOf, VERDICTS } from '../states/looks.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import { clock, counted, digits, moment, number, sentence, setting } from '../ui/format.ts'
import { BackIcon, CopyIcon } from '../ui/icons.tsx'
import { Tinted } from '../ui/tinted.tsx'
import { backendWords, gateWords, longestWait, quietWords } from './words.ts'

function CopyName({ name }: { name: string }) {
  const [says, setSays] = useState('')
  return (
    <>
      <button
        type="button"
        aria-label="Copy the name"
        title="Copy the name"
        className="inline-flex size-6 items-center justify-center rounded-4 text-ink-3 hover:bg-raised hover:text-ink"
        onClick={() => {
          navigator.clipboard.writeText(name).then(
            () => setSays('copied'),
            () => setSays('could not be copied'),
          )
        }}
      >
        <CopyIcon />
      </button>
      <span role="status" className="text-12 text-ink-3 empty:hidden">
        {says}
      </span>
    </>
  )
}

/** So much of a name is shown at first: a few lines, so that what matters stays in sight. */
const NAME_SHOWN = 160

function Name({ name }: { name: string }) {
  const [isWhole, setWhole] = useState(false)
  const isLong = name.length > NAME_SHOWN
  return (
    <>
      <h1
        dir="auto"
        className={cx(
          'min-w-0 font-mono font-semibold break-all',
          isLong ? 'max-h-60 basis-full overflow-y-auto text-13' : 'text-20',
        )}
      >
        {isLong && !isWhole ? `${name.slice(0, NAME_SHOWN / 2)} … ${name.slice(-NAME_SHOWN / 2)}` : name}
      </h1>
      {isLong ? (
        <Button onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Shorten the name' : `Show all ${counted(name.length, 'character')}`}
        </Button>
      ) : null}
    </>
  )
}

function Figure({
  name,
  value,
  note,
  ink,
  desk = false,
}: {
  name: string
  value: React.ReactNode
  note: React.ReactNode
  ink?: string
  /** Left out on a phone. */
  desk?: boolean
}) {
  return (
    <div
      className={cx(
        'min-w-0 border-line px-5 first:border-l-0 first:pl-0 last:pr-0 max-md:flex-1 max-md:px-3 md:min-w-26 [&:not(:first-child)]:border-l',
        desk && 'max-md:hidden',
      )}
    >
      <dt className="text-12 text-ink-2">{name}</dt>
      <dd className="flex flex-col">
        <span className={cx('text-20 font-medium whitespace-nowrap', ink)}>{value}</span>
        <span className="truncate text-12 text-ink-3">{note}</span>
      </dd>
    </div>
  )
}

const NOBODY: Pick<Lock, 'holders' | 'state'> = { holders: [], state: 'free' }

function heldNote(lock: Pick<Lock, 'holders' | 'state'>, now: number | null): string {
  const [holder] = lock.holders
  if (lock.state === 'unknown') return holder === undefined ? 'too few answer' : `was ${holder.label}`
  const { since, atLeast } = heldFor(lock, now)
  if (holder === undefined) return 'nobody holds it'
  if (since === null) return 'when it began was not seen'
  if (atLeast) return `first seen ${moment(Date.parse(since), now)}`
  return `since ${moment(Date.parse(since), now)}`
}

function Figures({ lock, gone }: { lock: Lock; gone: boolean }) {
  const holder = gone ? undefined : lock.holders[0]
  const said = lookOf(lock)
  const seen = gone ? NOBODY : lock
  const held = useOnClock((now) => heldFor(seen, now).says)
  const left = useOnClock((now) => leftOfLock({ ...seen, observedAt: lock.observedAt }, now).says)
  const waits = useOnClock((now) => longestWait(lock, now))
  const note = useOnClock((now) => heldNote(seen, now))
  return (
    <dl className="flex shrink-0 max-md:w-full max-md:border-t max-md:border-line max-md:pt-2">
      <Figure name="Held for" value={`${heldFor(seen, null).atLeast ? '> ' : ''}${held}`} note={note} />
      <Figure
        name="TTL left"
        value={left}
        ink={said.look === 'risk' ? 'text-risk-ink' : ''}
        note={ttlNote(lock, gone)}
      />
      <Figure
        name="Waiting"
        value={
          lock.waiters.known ? (
            <Tinted value={lock.waiters.count}>{number(lock.waiters.count)}</Tinted>
          ) : (
            <span className="text-ink-2">unknown</span>
          )
        }
        ink={lock.waiters.known && lock.waiters.count > 0 ? 'text-wait-ink' : 'text-ink'}
        note={waits}
      />
      <Figure
        desk
        name="Fence"
        value={
          holder?.fence == null ? (
            <span className="text-ink-3">none</span>
          ) : (
            <span title={digits(holder.fence)}>{shortFence(holder.fence)}</span>
          )
        }
        note={holder?.fence == null ? 'this hold carries none' : 'of this hold'}
      />
    </dl>
  )
}

function ttlNote(lock: Lock, gone: boolean): string {
  const holder = gone ? undefined : lock.holders[0]
  if (holder === undefined) return lock.state === 'unknown' && !gone ? 'no node says' : 'nobody holds it'
  if (holder.remainingIs === 'none') return 'never ends by itself'
  if (holder.remainingIs === 'unknown' || holder.remainingMs === null) return 'no node says'
  const ends = `${holder.remainingIs === 'at-least' ? 'at least to' : 'lapses'} ${clock(Date.parse(lock.observedAt) + holder.remainingMs)}`
  return holder.ttlMs === null ? ends : `${ends}, of ${setting(holder.ttlMs)}`
}

/** The finding first: which lock, what is the matter, and why we think so. */
export function LockHead({
  lock,
  backend,
  gone,
}: {
  lock: Lock
  backend: FleetBackend | undefined
  gone: boolean
}) {
  const said = gone ? { look: 'gone' as LookId, word: 'gone' } : lookOf(lock)
  return (
    <header className="flex flex-wrap items-end justify-between gap-x-8 gap-y-3 border-b border-line bg-surface px-4 pt-3 pb-3 max-md:px-3">
      <div className="min-w-0 flex-1 md:min-w-96">
        <nav aria-label="Where this is" className="flex items-center gap-1.5 text-12 text-ink-2">
          <Link href="/locks" className="inline-flex h-6 items-center gap-2 hover:text-ink">
            <BackIcon /> Locks
          </Link>
          <span className="text-ink-3">/</span>
          <Link href={`/locks?q=${encodeURIComponent(`backend:${lock.backend}`)}`} className="hover:text-ink">
            {lock.backend}
          </Link>
          <span className="text-ink-3 max-md:hidden">
            {' '}
            / {backendWords(backend, lock.backend).split(', ').slice(1).join(', ')}
          </span>
        </nav>
        <div className="flex flex-wrap items-center gap-x-2.5">
          <StateGlyph look={said.look} size={18} />
          <Name name={lock.name} />
          <CopyName name={lock.name} />
          <Badge outlined={lock.confidence !== 'certain'}>{lock.dialect}</Badge>
          <span className="text-12 text-ink-3 max-md:hidden">
            {lock.kind}
            {lock.confidence === 'certain' ? '' : `, ${lock.confidence}`}
          </span>
        </div>
        <div aria-live="polite">
          {gone ? (
            <p className="text-15 text-ink-2">
              <b className="font-semibold text-ink">Gone.</b> It is free: no node knows it any more. What
              stands here is the last reading.
            </p>
          ) : (
            <>
              <Finding lock={lock} />
              {lock.gate === null ? null : (
                <p className="text-13">
                  <StateWord said={{ look: lock.gate.state, word: gateWords(lock.gate) }} size={12} />
                </p>
              )}
            </>
          )}
        </div>
      </div>
      <Figures lock={lock} gone={gone} />
    </header>
  )
}

function Finding({ lock }: { lock: Lock }) {
  const [verdict, ...others] = lock.verdicts
  if (verdict === undefined) return <p className="text-15 text-ink-2">{quietWords(lock)}</p>
  const { word, look } = VERDICTS[verdict.id]
  return (
    <>
      <p className="text-15">
        <b className={cx('font-semibold', LOOKS[look].ink)}>{sentence(word)}.</b> {verdict.says}
      </p>
      <ul className="flex flex-wrap gap-x-6 gap-y-0.5 text-12 max-md:flex-col">
        {verdict.evidence.map((clause) => (
          <li key={clause}>
            <StateWord said={{ look, word: sentence(clause) }} size={12} className="max-w-full" />
          </li>
        ))}
        {others.map((other) => (
          <li key={other.id}>
            <StateWord
              said={{ look: VERDICTS[other.id].look, word: other.says }}
              size={12}
              className="max-w-full"
            />
          </li>
        ))}
      </ul>
    </>
  )
}
