import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Builds the window to dist/window. Relative paths, so that the same files load from a server and from a folder. */
export default defineConfig({
  root: 'src/renderer',
  base: './',
  plugins: [react()],
  build: {
    outDir: '../../dist/window',
    emptyOutDir: true,
    target: 'chrome120',
    // Inlined assets would need data: in more places of the content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
  },
  worker: { format: 'es' },
})
