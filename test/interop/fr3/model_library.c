/* Frames and Jacobians of the arm under the names by which libfranka's clients load a robot's model library.
 * A real robot hands out the vendor's library; this one is the tests' own, so that such clients can be met at all.
 * Matrices are column-major; frames 1..7 are the joints', 8 the flange, 9 the end effector. */
#include <math.h>
#include <string.h>

#define JOINTS 7
#define EXPORT __attribute__((visibility("default")))

/* Modified DH of the vendor's documentation: a, d (m), alpha (rad). */
static const double DH[JOINTS][3] = {{0, 0.333, 0},        {0, 0, -M_PI_2},           {0, 0.316, M_PI_2}, {0.0825, 0, M_PI_2},
                                     {-0.0825, 0.384, -M_PI_2}, {0, 0, M_PI_2}, {0.088, 0, M_PI_2}};
static const double FLANGE = 0.107;
static const double IDENTITY[16] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};

static void multiply(double *into, const double *by) {
  double out[16];
  for (int column = 0; column < 4; column++)
    for (int row = 0; row < 4; row++) {
      out[4 * column + row] = 0;
      for (int k = 0; k < 4; k++) out[4 * column + row] += into[4 * k + row] * by[4 * column + k];
    }
  memcpy(into, out, sizeof out);
}

static void frame(const double *q, int number, const double *tool, double *pose) {
  memcpy(pose, IDENTITY, sizeof IDENTITY);
  for (int i = 0; i < number && i < JOINTS; i++) {
    const double a = DH[i][0], d = DH[i][1], ca = cos(DH[i][2]), sa = sin(DH[i][2]), c = cos(q[i]), s = sin(q[i]);
    const double step[16] = {c, s * ca, s * sa, 0, -s, c * ca, c * sa, 0, 0, -sa, ca, 0, a, -sa * d, ca * d, 1};
    multiply(pose, step);
  }
  if (number < 8) return;
  const double flange[16] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, FLANGE, 1};
  multiply(pose, flange);
  if (number == 9) multiply(pose, tool);
}

/* 6x7, in base axes, or in the frame's own. */
static void jacobian(const double *q, int number, const double *tool, int own_axes, double *out) {
  double end[16];
  frame(q, number, tool, end);
  memset(out, 0, 42 * sizeof *out);
  for (int joint = 0; joint < number && joint < JOINTS; joint++) {
    double pose[16], base[6];
    frame(q, joint + 1, tool, pose);
    const double *z = pose + 8, arm[3] = {end[12] - pose[12], end[13] - pose[13], end[14] - pose[14]};
    for (int k = 0; k < 3; k++) {
      base[k] = z[(k + 1) % 3] * arm[(k + 2) % 3] - z[(k + 2) % 3] * arm[(k + 1) % 3];
      base[3 + k] = z[k];
    }
    for (int k = 0; k < 6; k++) {
      const int block = k < 3 ? 0 : 3;
      out[6 * joint + k] = own_axes ? end[4 * (k - block)] * base[block] + end[4 * (k - block) + 1] * base[block + 1] +
                                          end[4 * (k - block) + 2] * base[block + 2]
                                    : base[k];
    }
  }
}

#define POSE(n) EXPORT void O_T_J##n(const double *q, double *out) { frame(q, n, IDENTITY, out); }
#define JACOBIAN(n)                                                                               \
  EXPORT void O_J_J##n(const double *q, double *out) { jacobian(q, n, IDENTITY, 0, out); }        \
  EXPORT void Ji_J_J##n(const double *q, double *out) { jacobian(q, n, IDENTITY, 1, out); }
POSE(1) POSE(2) POSE(3) POSE(4) POSE(5) POSE(6) POSE(7) POSE(8)
JACOBIAN(2) JACOBIAN(3) JACOBIAN(4) JACOBIAN(5) JACOBIAN(6) JACOBIAN(7) JACOBIAN(8)

/* The first joint's Jacobian depends on nothing. */
EXPORT void O_J_J1(double *out) { const double q[JOINTS] = {0}; jacobian(q, 1, IDENTITY, 0, out); }
EXPORT void Ji_J_J1(double *out) { const double q[JOINTS] = {0}; jacobian(q, 1, IDENTITY, 1, out); }
EXPORT void O_T_J9(const double *q, const double *tool, double *out) { frame(q, 9, tool, out); }
EXPORT void O_J_J9(const double *q, const double *tool, double *out) { jacobian(q, 9, tool, 0, out); }
EXPORT void Ji_J_J9(const double *q, const double *tool, double *out) { jacobian(q, 9, tool, 1, out); }
