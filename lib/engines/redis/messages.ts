import type { Message } from '../../core/node.ts'

/** What is said on the channel of a process; null when it is not of our making. A name comes last: it may hold anything. */
export function messageFrom(text: string): Message | null {
  const [, looked] = /^look (.+)$/s.exec(text) ?? []
  if (looked !== undefined) return { kind: 'look', name: looked }
  const [, woken, name] = /^wake ([0-9a-f]{16}) (.+)$/s.exec(text) ?? []
  if (woken !== undefined && name !== undefined) return { kind: 'wake', name, ticket: woken }
  const [, ticket, fence, handed] = /^handed ([0-9a-f]{16}) (\d+|-) (.+)$/s.exec(text) ?? []
  if (ticket === undefined || handed === undefined) return null
  return { kind: 'handed', ticket, fence: fence === '-' || fence === undefined ? null : fence, name: handed }
}
