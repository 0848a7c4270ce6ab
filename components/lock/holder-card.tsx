'use client'

import type { ReactNode } from 'react'
import { useOnClock } from '@/lib/client/live.tsx'
import type { Holder, Lock } from '@/lib/fleet/lock.ts'
import { StateWord } from '../states/glyph.tsx'
import { counted, duration, setting, shortDigest } from '../ui/format.ts'
import { Ago, At } from '../ui/moment.tsx'
import { Section } from '../ui/section.tsx'
import { permitWords } from './words.ts'

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  )
}

const sinceNote = { exact: 'exact', 'first-seen': 'first seen then', unknown: '' } as const

function Facts({ holder }: { holder: Holder }) {
  const { identity } = holder
  const place = [identity?.host, identity?.pid == null ? null : `pid ${identity.pid}`].filter(
    (part) => part != null,
  )
  const labels = Object.entries(identity?.labels ?? {})
  return (
    <dl className="grid grid-cols-[88px_1fr] gap-y-0.5 px-4 pb-3 max-md:px-3">
      <Fact name="Service">
        <b className="font-mono text-12 font-semibold">{identity?.service ?? holder.label}</b>{' '}
        {identity?.version == null ? null : <span className="text-12 text-ink-3">{identity.version}</span>}
      </Fact>
      <Fact name="Process">
        {place.length > 0 ? (
          <span className="font-mono text-12">{place.join(', ')}</span>
        ) : (
          <span className="text-ink-3">not told by this library</span>
        )}
      </Fact>
      {identity?.link == null || !/^https?:\/\//.test(identity.link) ? null : (
        <Fact name="Link">
          <a
            href={identity.link}
            rel="noreferrer"
            target="_blank"
            className="underline decoration-line-2 underline-offset-3"
          >
            {identity.link}
          </a>
        </Fact>
      )}
      <Fact name="Since">
        {holder.since === null ? (
          <span className="text-ink-3">unknown</span>
        ) : (
          <>
            <At reachable iso={holder.since} />{' '}
            <span className="text-12 text-ink-3">{sinceNote[holder.sinceIs]}</span>
          </>
        )}
      </Fact>
      <Fact name="Last renewal">
        {holder.lastRenewedAt === null ? (
          <span className="text-ink-3">none seen</span>
        ) : (
          <>
            <At reachable iso={holder.lastRenewedAt} />{' '}
            <span className="text-12 text-ink-3">
              <Ago iso={holder.lastRenewedAt} />, {counted(holder.renewals, 'seen', 'seen')}
            </span>
          </>
        )}
      </Fact>
      <Fact name="TTL">
        {holder.ttlMs === null ? <span className="text-ink-3">not known</span> : setting(holder.ttlMs)}
      </Fact>
      <Fact name="Token">
        <span className="font-mono text-12 text-ink-2" title={holder.tokenDigest}>
          hmac {shortDigest(holder.tokenDigest)}
        </span>
      </Fact>
      {labels.map(([name, value]) => (
        <Fact key={name} name={name}>
          {value}
        </Fact>
      ))}
    </dl>
  )
}

function titleOf(lock: Lock, holders: number): string {
  if (lock.state === 'unknown' && holders > 0) return 'Last seen with'
  const permits = permitWords(lock)
  if (permits !== null) return `Holders, ${permits}`
  return holders > 1 ? `${holders} claim it` : 'Holder'
}

/** Who has it: where it runs, since when, and whether it still renews. */
export function HolderCard({ lock, gone }: { lock: Lock; gone: boolean }) {
  const holders = gone ? [] : lock.holders
  const silent = lock.verdicts.find((verdict) => verdict.id === 'holder-silent')
  const last = lock.holders[0]?.lastRenewedAt ?? null
  const ago = useOnClock((now) =>
    last === null || now === null ? '' : ` ${duration(now - Date.parse(last))}`,
  )
  return (
    <Section
      id="holder"
      title={titleOf(lock, holders.length)}
      aside={
        silent === undefined || gone ? undefined : (
          <StateWord said={{ look: 'risk', word: `silent${ago}` }} size={12} className="text-13" />
        )
      }
    >
      {holders.length === 0 ? (
        <p className="px-4 pb-3 text-ink-3 max-md:px-3">
          {lock.state === 'unknown' && !gone ? 'Unknown: too few nodes answer.' : 'Nobody holds it.'}
        </p>
      ) : (
        holders.map((holder) => <Facts key={holder.tokenDigest} holder={holder} />)
      )}
    </Section>
  )
}
