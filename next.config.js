const everywhere = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'Referrer-Policy', value: 'no-referrer' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
  { key: 'X-Frame-Options', value: 'DENY' },
  {
    key: 'Permissions-Policy',
    value: 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()',
  },
]

/** @type {import('next').NextConfig} */
export default {
  serverExternalPackages: ['etcd3', 'ioredis', 'libsql'],
  poweredByHeader: false,
  reactStrictMode: true,
  // Nothing here needs an optimiser that fetches what a query names.
  images: { unoptimized: true },
  typescript: { ignoreBuildErrors: true },
  headers: async () => [{ source: '/:path*', headers: everywhere }],
}
