import type { Metadata } from 'next'
import { NowhereScreen } from '@/components/shell/nowhere-screen.tsx'

export const metadata: Metadata = { title: 'No such page' }

export default function NotFound() {
  return <NowhereScreen />
}
