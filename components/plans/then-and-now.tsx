import type { Lock } from '@/lib/fleet/lock.ts'
import { cx } from '../ui/class-names.ts'
import { clock } from '../ui/format.ts'
import { differences } from './words.ts'

/** Why it was refused: the lock as it was planned, and as it is. */
export function ThenAndNow({ was, is }: { was: Lock; is: Lock }) {
  return (
    <table className="w-full text-left">
      <thead>
        <tr className="border-b border-line-2">
          <th scope="col" className="label w-24 py-1.5">
            <span className="sr-only">What</span>
          </th>
          <th scope="col" className="label py-1.5">
            Then, {clock(Date.parse(was.observedAt))}
          </th>
          <th scope="col" className="label py-1.5">
            Now, {clock(Date.parse(is.observedAt))}
          </th>
        </tr>
      </thead>
      <tbody>
        {differences(was, is).map((line) => {
          const differs = line.was !== line.is
          return (
            <tr key={line.what} className="h-7 border-b border-line">
              <th scope="row" className="font-normal text-ink-3">
                {line.what}
              </th>
              <td className="pr-4 font-mono text-12 text-ink-2">{line.was}</td>
              <td
                className={cx('font-mono text-12', differs ? 'font-semibold text-split-ink' : 'text-ink-2')}
              >
                {line.is}
                {differs ? <span className="sr-only">, changed</span> : null}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
