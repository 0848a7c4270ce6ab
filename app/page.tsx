import type { Metadata } from 'next'
import { TriageScreen } from '@/components/triage/triage-screen.tsx'

export const metadata: Metadata = { title: 'Triage' }

export default function TriagePage() {
  return <TriageScreen />
}
