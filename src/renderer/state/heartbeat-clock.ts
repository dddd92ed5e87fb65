/** Worker: ticks at 10 Hz. Its timers keep their pace when the window is hidden, the window's own do not. */
const PERIOD_MS = 100

setInterval(() => postMessage(null), PERIOD_MS)
