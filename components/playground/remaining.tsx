'use client'

import { useOnClock } from '@/lib/client/live.tsx'
import { duration } from '../ui/format.ts'
import { Meter } from '../ui/meter.tsx'

const leftAt = (remainingMs: number, at: string, now: number | null): number =>
  Math.max(0, remainingMs - (now === null ? 0 : Math.max(0, now - Date.parse(at))))

export function Remaining({ remainingMs, at }: { remainingMs: number; at: string }) {
  return useOnClock((now) => duration(leftAt(remainingMs, at, now)))
}

export function RemainingBar({ remainingMs, ttlMs, at }: { remainingMs: number; ttlMs: number; at: string }) {
  const part = useOnClock((now) => Math.round((leftAt(remainingMs, at, now) / ttlMs) * 54) / 54)
  return <Meter part={part} width={54} className="text-held" />
}
