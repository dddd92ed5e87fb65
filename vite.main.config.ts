import { defineConfig } from 'vite'

/** Bundles the main process and each of its threads; packages with native or WebAssembly parts stay outside and are packed as they are. */
export default defineConfig({
  define: {
    // The bundles are CommonJS, which has no import.meta; app-root.ts searches upwards from here.
    'import.meta.url': 'require("node:url").pathToFileURL(__filename).href',
    'import.meta.dirname': '__dirname',
  },
  build: {
    rollupOptions: { external: ['better-sqlite3', 'ws', '@mujoco/mujoco', 'h5wasm/node'] },
    sourcemap: true,
    target: 'node24',
  },
})
