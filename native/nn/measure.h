#pragma once

namespace forager {

// Multiply-adds per second of `threads` threads at once, counted as two operations each, with nothing but registers:
// the machine's own limit. The best of short windows within `seconds`, since other programs can only slow a window
// down.
double multiplyAddRate(int threads, double seconds);

// Operations per second of a dense layer's three products (forward, input gradient, weight gradient), same rule.
double denseRate(int batch, int inputs, int outputs, int threads, double seconds);

}  // namespace forager
