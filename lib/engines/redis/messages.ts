import type { Message } from '../../core/node.ts'

/** What is said on the channel of a process; null when it is not of our making. A name comes last: it may hold anything. */
export function messageFrom(text: string): Message | null {
  const [, kind, name] = /^(wake|look) (.+)$/s.exec(text) ?? []
  if (name !== undefined) return { kind: kind as 'wake' | 'look', name }
  const [, ticket, fence, handed] = /^handed ([0-9a-f]{16}) (\d+|-) (.+)$/s.exec(text) ?? []
  if (ticket === undefined || handed === undefined) return null
  return { kind: 'handed', ticket, fence: fence === '-' || fence === undefined ? null : fence, name: handed }
}
