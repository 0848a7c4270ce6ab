import { cx } from '../ui/class-names.ts'
import { curve, type Link } from './links.ts'
import type { Anchors } from './use-anchors.ts'

const LOOK: Record<Link['is'], { className: string; width: number; dash?: string }> = {
  vote: { className: 'stroke-held', width: 1.6 },
  refused: { className: 'stroke-ink-3', width: 1, dash: '1 4' },
  unknown: { className: 'stroke-hatch', width: 1.4, dash: '5 4' },
  asking: { className: 'stroke-wait', width: 1.2, dash: '3 3' },
}

/** Votes as lines from a client to the nodes; what they say is said in words elsewhere, too. */
export function Wires({ links, anchors }: { links: readonly Link[]; anchors: Anchors }) {
  return (
    <svg aria-hidden="true" className="pointer-events-none absolute inset-0 size-full">
      {links.map((link) => {
        const from = anchors.get(`client ${link.client}`)
        const to = anchors.get(`node ${link.node}`)
        if (from === undefined || to === undefined) return null
        const { className, width, dash } = LOOK[link.is]
        return (
          <g key={`${link.client} ${link.node} ${link.is}`}>
            <path
              d={curve(from, to)}
              fill="none"
              strokeWidth={width}
              {...(dash === undefined ? {} : { strokeDasharray: dash })}
              className={className}
            />
            <rect
              x={to.x - 5}
              y={to.y - 5}
              width="6"
              height="10"
              className={cx(className, link.is === 'vote' ? 'fill-held' : 'fill-ground')}
            />
            {link.is === 'vote' ? <circle cx={from.x} cy={from.y} r="3.5" className="fill-held" /> : null}
          </g>
        )
      })}
    </svg>
  )
}
