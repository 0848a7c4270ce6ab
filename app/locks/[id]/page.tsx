import type { Metadata } from 'next'
import { LockScreen } from '@/components/lock/lock-screen.tsx'

export const metadata: Metadata = { title: 'Lock' }

export default async function LockPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return <LockScreen key={id} id={decodeURIComponent(id)} />
}
