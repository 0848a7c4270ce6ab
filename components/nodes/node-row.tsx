'use client'

import type { FleetBackend, FleetNode } from '@/lib/fleet/node.ts'
import { StateWord } from '../states/glyph.tsx'
import { NODE_LOOKS, type Said } from '../states/looks.ts'
import { cx } from '../ui/class-names.ts'
import { duration, latency, offset } from '../ui/format.ts'
import { Ago, At } from '../ui/moment.tsx'
import { FactWords, KeptWords, StoreWords } from './facts.tsx'
import { roleWords, standingOf, uptime } from './words.ts'

const CURSOR = 'bg-accent-soft shadow-[inset_2px_0_0_var(--accent)]'
const AGREED_OFFSET_MS = 500
const HALF_PX = 34

const saidOf = (node: FleetNode): Said => {
  const said = NODE_LOOKS[node.state]
  return node.quarantinedMs === null
    ? said
    : { ...said, word: `${said.word}, ${duration(node.quarantinedMs)}` }
}

/** Left of the middle: behind the console's clock; right of it: ahead. */
function OffsetBar({ ms }: { ms: number }) {
  const far = Math.abs(ms) > AGREED_OFFSET_MS
  const px = Math.min(HALF_PX, Math.max(1, (Math.abs(ms) / AGREED_OFFSET_MS) * HALF_PX))
  return (
    <svg width={HALF_PX * 2} height="10" aria-hidden="true" className={far ? 'text-risk' : 'text-ink-2'}>
      <rect x={ms < 0 ? HALF_PX - px : HALF_PX} y="3" width={px} height="4" fill="currentColor" />
      <rect x={HALF_PX - 0.5} width="1" height="10" className="fill-ink-3" />
    </svg>
  )
}

/** What was last known of a silent node, said beside the hatch and never on it. */
function NotKnown({ node }: { node: FleetNode }) {
  return (
    <td colSpan={7} className="px-0">
      <span className="flex h-7 items-stretch">
        <span className="hatch w-2 shrink-0" />
        <span className="flex items-center px-2.5 whitespace-nowrap text-ink-2">
          {node.lastAnswerAt === null ? (
            'unknown: it has not answered yet'
          ) : (
            <span>
              unknown since <At reachable iso={node.lastAnswerAt} />, <Ago iso={node.lastAnswerAt} />
            </span>
          )}
          {node.trouble ? <span className="max-w-96 truncate">: {node.trouble}</span> : null}
        </span>
        <span className="hatch min-w-2 flex-1" />
      </span>
    </td>
  )
}

function Known({ node }: { node: FleetNode }) {
  const off = node.clockOffsetMs
  return (
    <>
      <td className="px-2 text-right whitespace-nowrap">
        {node.latencyMs === null ? '–' : `${latency(node.latencyMs.p50)}, ${latency(node.latencyMs.p99)}`}
      </td>
      <td className="px-2 text-right whitespace-nowrap">{uptime(node.uptimeMs)}</td>
      <td className="px-2 whitespace-nowrap text-ink-2">{node.version ?? '–'}</td>
      <td className="px-2 text-right whitespace-nowrap">
        {off === null ? (
          <span className="text-ink-3">not told</span>
        ) : (
          <span className="inline-flex items-center gap-2">
            <OffsetBar ms={off} />
            <span className={cx('min-w-14', Math.abs(off) > AGREED_OFFSET_MS && 'font-medium text-risk-ink')}>
              {offset(off)}
            </span>
          </span>
        )}
      </td>
      <td className="px-2">
        <StoreWords node={node} />
      </td>
      <td className="px-2 whitespace-nowrap">
        <KeptWords node={node} />
      </td>
      <td className="max-w-0 truncate px-2 pr-4">
        <FactWords fact={standingOf(node)} />
      </td>
    </>
  )
}

const isSilent = (node: FleetNode): boolean => node.state === 'no-answer' || node.state === 'unknown'

export function NodeCells({
  backend,
  node,
  cursor,
  tab,
  onCursor,
}: {
  backend: FleetBackend
  node: FleetNode
  cursor: boolean
  /** Reached by Tab: one row of the page is, so that it can be scrolled by key. */
  tab: boolean
  onCursor(id: string): void
}) {
  return (
    <tr
      data-row={node.id}
      tabIndex={tab ? 0 : -1}
      onFocus={() => onCursor(node.id)}
      className={cx('h-7 border-b border-line outline-offset-[-2px]', cursor && CURSOR)}
    >
      <th
        scope="row"
        title={`${node.name} at ${node.address}`}
        className="px-2 pl-4 text-left font-mono text-12 font-normal whitespace-nowrap"
      >
        {node.name} <span className="sr-only">at {node.address}</span>
      </th>
      <td className="px-2 whitespace-nowrap" title={node.since === null ? undefined : `since ${node.since}`}>
        <StateWord said={saidOf(node)} size={12} />
      </td>
      <td className="px-2 whitespace-nowrap text-ink-2">{roleWords(node, backend)}</td>
      {isSilent(node) ? <NotKnown node={node} /> : <Known node={node} />}
    </tr>
  )
}

/** The same node on a phone. */
export function NodeCard({ node, backend }: { node: FleetNode; backend: FleetBackend }) {
  return (
    <div className="flex flex-col gap-0.5 border-b border-line px-3 py-2">
      <span className="flex items-center gap-3">
        <span className="font-mono text-12 font-medium">{node.name}</span>
        <StateWord said={saidOf(node)} size={12} />
        <span className="ml-auto text-12 text-ink-3">{roleWords(node, backend)}</span>
      </span>
      <span className="flex flex-wrap gap-x-4 text-12 text-ink-2">
        {isSilent(node) ? (
          <span>
            {node.lastAnswerAt === null ? (
              'unknown: it has not answered yet'
            ) : (
              <>
                unknown since <At iso={node.lastAnswerAt} />
              </>
            )}
            {node.trouble ? `: ${node.trouble}` : ''}
          </span>
        ) : (
          <>
            <span>{node.latencyMs === null ? 'latency unknown' : `p99 ${latency(node.latencyMs.p99)}`}</span>
            <span>up {uptime(node.uptimeMs)}</span>
            <StoreWords node={node} />
            <span>
              on disk: <KeptWords node={node} />
            </span>
            {standingOf(node).says === 'none' ? null : <FactWords fact={standingOf(node)} />}
          </>
        )}
        <span className="ml-auto font-mono text-ink-3">{node.address}</span>
      </span>
    </div>
  )
}
