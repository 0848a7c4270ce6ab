'use client'

import { useUsual } from '@/lib/client/queries.ts'
import type { Percentiles } from '@/lib/fleet/usual.ts'
import { duration } from '../ui/format.ts'
import { Section } from '../ui/section.tsx'

const CELL = 'py-0.5 text-right font-normal tabular-nums'

/** How long it is held and waited for as a rule, so that one can tell whether this time is like the others. */
export function UsualCard({ lock }: { lock: string }) {
  const { data: usual } = useUsual(lock)
  return (
    <Section id="usual" title="As a rule" note="by what was seen of this lock">
      {usual?.holds || usual?.waits ? (
        <table className="mx-4 mb-3 w-[calc(100%-32px)] text-13 max-md:mx-3">
          <thead className="text-12 text-ink-3">
            <tr>
              <th scope="col" className="text-left font-normal">
                <span className="sr-only">What</span>
              </th>
              {['half of them', '9 of 10', '99 of 100', 'seen'].map((head) => (
                <th key={head} scope="col" className={CELL}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Row says="held" of={usual.holds} />
            <Row says="waited" of={usual.waits} />
          </tbody>
        </table>
      ) : (
        <p className="px-4 pb-3 text-ink-3 max-md:px-3">
          Not known yet: no hold was seen to begin and to end.
        </p>
      )}
    </Section>
  )
}

function Row({ says, of }: { says: string; of: Percentiles | null }) {
  return (
    <tr>
      <th scope="row" className="text-left font-normal text-ink-3">
        {says}
      </th>
      {of === null ? (
        <td colSpan={4} className={`${CELL} text-ink-3`}>
          not known
        </td>
      ) : (
        <>
          <td className={CELL}>{duration(of.p50Ms)}</td>
          <td className={CELL}>{duration(of.p90Ms)}</td>
          <td className={CELL}>{duration(of.p99Ms)}</td>
          <td className={`${CELL} text-ink-2`}>{of.count.toLocaleString('en')}</td>
        </>
      )}
    </tr>
  )
}
