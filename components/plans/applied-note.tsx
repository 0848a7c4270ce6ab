import type { Applied } from '@/lib/fleet/plan.ts'
import { nodeName } from '../locks/words.ts'
import { StateGlyph } from '../states/glyph.tsx'
import { OUTCOMES } from '../states/outcomes.ts'

const HEADS: Record<Applied['result'], string> = {
  freed: 'Released.',
  partly: 'Released in part.',
  nothing: 'Nothing was released.',
  unknown: 'It is not known what came of it.',
}

/** What the release came to, on each node. */
export function AppliedNote({ applied }: { applied: Applied }) {
  return (
    <div role="status" className="flex flex-col gap-3">
      <p className="text-15">
        <b className="font-semibold">{HEADS[applied.result]}</b>{' '}
        {applied.says === 'Freed.' ? null : applied.says}
      </p>
      <ul aria-label="What happened on each node">
        {applied.nodes.map((node) => {
          const said = OUTCOMES[node.outcome]
          return (
            <li
              key={node.node}
              className="flex min-h-7 items-center gap-3 border-b border-line last:border-b-0"
            >
              <span className="w-20 shrink-0 truncate font-mono text-12 font-semibold">
                {nodeName(node.node)}
              </span>
              <span className="flex w-32 shrink-0 items-center gap-1.5 font-medium">
                <StateGlyph look={said.look} size={12} />
                {said.word}
              </span>
              <span className="min-w-0 text-ink-2">{node.says}</span>
            </li>
          )
        })}
      </ul>
      <p className="text-12 text-ink-3">It is written down in the audit, with your reason.</p>
    </div>
  )
}
