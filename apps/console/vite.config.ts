// Builds the console into `dist/`, which the gateway's admin listener serves as static files under a strict
// content security policy: nothing inline, every asset a hashed file of its own.
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { precompress } from './precompress.ts';

export default defineConfig({
  plugins: [react(), tailwindcss(), precompress()],
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    // SECURITY: an asset inlined as a data: URI would need `img-src data:` in the content security policy.
    assetsInlineLimit: 0,
    reportCompressedSize: true,
  },
});
