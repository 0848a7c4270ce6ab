import type { Metadata } from 'next'
import { WaitsForScreen } from '@/components/waits-for/waits-for-screen.tsx'

export const metadata: Metadata = { title: 'Waits-for' }

export default function WaitsForPage() {
  return <WaitsForScreen />
}
