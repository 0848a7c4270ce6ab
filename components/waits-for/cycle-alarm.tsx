'use client'

import Link from 'next/link'
import { Fragment } from 'react'
import type { Cycle, WaitsFor } from '@/lib/fleet/waiting.ts'
import { lockPath } from '../locks/lock-row.tsx'
import { StateGlyph } from '../states/glyph.tsx'
import { buttonClass } from '../ui/button.tsx'
import { number } from '../ui/format.ts'
import { Since } from '../ui/moment.tsx'
import { behindWords, cycleSentence, stepsOf } from './words.ts'

/** Longer circles are told by their beginning. */
const MOST_STEPS = 8

/** A circle that never opens by itself, and whom it costs the least to take out of it. */
export function CycleAlarm({ cycle, seen, isFirst }: { cycle: Cycle; seen: WaitsFor; isFirst: boolean }) {
  const steps = stepsOf(cycle, seen)
  const victim = seen.parties.find(({ id }) => id === cycle.victim.party)
  const lock = seen.locks.find(({ id }) => id === cycle.victim.lock)
  const behind = behindWords(cycle, seen)
  return (
    <li className="flex flex-wrap items-start gap-x-6 gap-y-3 border-b border-line px-4 py-3.5 max-md:px-3">
      <div className="min-w-0 flex-1 basis-96">
        <p className="flex flex-wrap items-baseline gap-x-3">
          <span className="inline-flex items-center gap-1.5 self-center font-medium text-split-ink">
            <StateGlyph look="split" />
            Deadlock
          </span>
          <span className="text-15 font-medium">{cycleSentence(steps, cycle.size)}</span>
        </p>
        <p className="flex flex-wrap items-baseline gap-x-2 pt-1.5">
          {steps.slice(0, MOST_STEPS).map((step) => (
            <Fragment key={`${step.label} ${step.lock?.id}`}>
              <span className="font-mono text-12 font-semibold">{step.label}</span>
              <span className="text-ink-3">waits for</span>
              {step.lock === null ? null : (
                <Link
                  href={lockPath(step.lock.id)}
                  prefetch={false}
                  className="font-mono text-12 underline decoration-line-input underline-offset-2"
                >
                  {step.lock.name}
                </Link>
              )}
              <span className="text-ink-3">of</span>
            </Fragment>
          ))}
          <span className="text-ink-2">
            {cycle.size > MOST_STEPS ? `${number(cycle.size - MOST_STEPS)} more` : steps[0]?.label}
          </span>
        </p>
        <p className="flex flex-wrap gap-x-4 pt-1.5 text-12 text-ink-3">
          {cycle.since === null ? (
            <span>since when is not known</span>
          ) : (
            <span>
              stuck for <Since iso={cycle.since} />
            </span>
          )}
          {behind === null ? null : <span>{behind}</span>}
        </p>
      </div>
      {lock === undefined ? null : (
        <div className="flex max-w-80 flex-col items-start gap-1.5">
          <Link
            href={`${lockPath(lock.id)}?plan=release`}
            prefetch={false}
            className={buttonClass(isFirst ? 'filled' : 'plain', 32)}
          >
            Plan the release of {lock.name}
          </Link>
          <span className="text-12 text-ink-3">
            Cheapest: {victim?.label ?? 'its holder'}, {cycle.victim.because}.
          </span>
        </div>
      )}
    </li>
  )
}
