import type { Lock, Waiter } from '@/lib/fleet/lock.ts'
import { shortDigest } from '../ui/format.ts'
import { Since } from '../ui/moment.tsx'

const processOf = (waiter: Waiter): string => {
  const { identity } = waiter
  const place = [identity?.host, identity?.pid == null ? null : `pid ${identity.pid}`].filter(
    (part) => part != null,
  )
  return place.length > 0 ? place.join(', ') : shortDigest(waiter.tokenDigest)
}

/** Who waits, in the order in which they get it. */
export function QueueTable({ lock }: { lock: Lock }) {
  if (!lock.waiters.known) {
    return (
      <p className="flex items-center gap-3 px-4 pb-3 text-ink-2 max-md:px-3">
        <span className="hatch h-6.5 w-10 shrink-0" />
        Unknown: {lock.dialect === '' ? 'this library' : lock.dialect} leaves no trace of its waiters.
      </p>
    )
  }
  const { list, count } = lock.waiters
  if (count === 0) return <p className="px-4 pb-3 text-ink-3 max-md:px-3">Nobody waits for it.</p>
  return (
    <>
      <table aria-labelledby="queue" className="w-full">
        <thead>
          <tr className="h-7 border-b border-line-2 text-left">
            <th scope="col" className="label w-8 pl-4 max-md:pl-3">
              #
            </th>
            <th scope="col" className="label px-2">
              Waiter
            </th>
            <th scope="col" className="label px-2">
              Process
            </th>
            <th scope="col" className="label px-2 pr-4 text-right max-md:pr-3">
              Waiting
            </th>
          </tr>
        </thead>
        <tbody>
          {list.map((waiter, i) => (
            <tr key={waiter.tokenDigest} className="h-6.5 border-b border-line">
              <td className="pl-4 text-ink-3 max-md:pl-3">{i + 1}</td>
              <th scope="row" className="max-w-44 truncate px-2 text-left font-mono text-12 font-normal">
                {waiter.label}
                {i === 0 ? <span className="pl-2 font-sans text-ink-3">next</span> : null}
              </th>
              <td className="max-w-44 truncate px-2 font-mono text-12 text-ink-2">{processOf(waiter)}</td>
              <td className="px-2 pr-4 text-right whitespace-nowrap max-md:pr-3">
                {waiter.since === null ? (
                  <span className="text-ink-3">unknown</span>
                ) : (
                  <Since iso={waiter.since} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {count > list.length ? (
        <p className="px-4 py-1.5 text-12 text-ink-3 max-md:px-3">and {count - list.length} more</p>
      ) : null}
    </>
  )
}
