// A disk that fails on demand, for one folder of one process (LD_PRELOAD). It stands between SQLite and the C library,
// counts the calls that change files of the folder, and can end the process at one of them, tear it, refuse it, delay it
// and write down what every call did. What it does is told by environment variables:
//
//   FAILING_DISK          folder; files elsewhere and lock files are left alone
//   FAILING_DISK_LOG      file that every call is written to before it is done: a line, and the bytes of a write behind it;
//                         also what the process says on its standard outputs, after it has said it, and when a call
//                         was delayed, in ns of the monotonic clock
//   FAILING_DISK_KILL     number of the call (from 1) at which the process is killed
//   FAILING_DISK_TORN     1: half of that call's bytes are written before
//   FAILING_DISK_FAIL     number of the call from which on calls are refused
//   FAILING_DISK_ERROR    how: ENOSPC (only what makes a file longer), EIO (everything), EROFS (everything, opening too)
//   FAILING_DISK_STALL    number of the call that takes 2 s longer
//   FAILING_DISK_FREE     bytes that are free ...
//   FAILING_DISK_FREE_AT  ... after this call
//   CLOCK_JUMP_S          seconds by which the wall clock jumps half a second after the start
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>

namespace {

constexpr int kMostFiles = 4096;

long number(const char* name) {
  const char* text = getenv(name);
  return text ? atol(text) : 0;
}

std::string text(const char* name) {
  const char* value = getenv(name);
  return value ? value : "";
}

struct Disk {
  std::string folder = text("FAILING_DISK");
  long kill_at = number("FAILING_DISK_KILL");
  bool torn = number("FAILING_DISK_TORN") == 1;
  long fail_from = number("FAILING_DISK_FAIL");
  std::string error = text("FAILING_DISK_ERROR");
  long stall_at = number("FAILING_DISK_STALL");
  long free_bytes = number("FAILING_DISK_FREE");
  long free_at = number("FAILING_DISK_FREE_AT");
  int log = -1;
  std::recursive_mutex mutex;
  std::atomic<long> calls = 0;
  // Name within the folder of each open file; null for files elsewhere. Read by every thread without the lock, and never
  // freed: a test opens few files.
  std::atomic<const char*> names[kMostFiles] = {};

  Disk() {
    const std::string path = text("FAILING_DISK_LOG");
    constexpr int kFlags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC;
    if (!path.empty()) log = static_cast<int>(syscall(SYS_openat, AT_FDCWD, path.c_str(), kFlags, 0644));
  }

  bool has_begun_to_fail() const { return fail_from > 0 && calls >= fail_from; }
};

Disk& disk() {
  static Disk* one = new Disk();  // never destroyed: threads may write until the very end
  return *one;
}

template <typename F>
F* original(const char* name) {
  return reinterpret_cast<F*>(dlsym(RTLD_NEXT, name));
}

bool ends_with(const std::string& name, const char* end) {
  const size_t length = strlen(end);
  return name.size() >= length && name.compare(name.size() - length, length, end) == 0;
}

// Name within the folder, "." for the folder itself, empty for what is elsewhere.
std::string name_of(const char* path) {
  const std::string& folder = disk().folder;
  if (folder.empty() || path == nullptr || strncmp(path, folder.c_str(), folder.size()) != 0) return "";
  const char* rest = path + folder.size();
  if (*rest == 0) return ".";
  return *rest == '/' ? rest + 1 : "";
}

// The lock holds no data, and the index of the log is made anew after a crash.
bool is_counted(const std::string& name) {
  return !name.empty() && name.find(".lock") == std::string::npos && !ends_with(name, "-shm");
}

std::string name_of(int file) {
  if (file < 0 || file >= kMostFiles) return "";
  const char* name = disk().names[file];
  return name ? name : "";
}

void put(const void* bytes, size_t length) {
  const char* from = static_cast<const char*>(bytes);
  while (length > 0) {
    const long done = syscall(SYS_write, disk().log, from, length);
    if (done <= 0) abort();  // a log with a hole would prove nothing
    from += done;
    length -= static_cast<size_t>(done);
  }
}

void log_call(const char* what, const std::string& name, long long a, long long b, const void* bytes, size_t length) {
  if (disk().log < 0) return;
  char line[600];
  const int size = snprintf(line, sizeof line, "%s %lld %lld %s\n", what, a, b, name.c_str());
  put(line, static_cast<size_t>(size));
  if (length > 0) put(bytes, length);
}

long long monotonic_ns() {
  struct timespec now;
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

[[noreturn]] void die() {
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

int refusal(long long end_of_write, int file) {
  Disk& d = disk();
  if (!d.has_begun_to_fail()) return 0;
  if (d.error == "EIO") return EIO;
  if (d.error == "EROFS") return EROFS;
  struct stat stat_now;
  if (end_of_write > 0 && fstat(file, &stat_now) == 0 && end_of_write > stat_now.st_size) return ENOSPC;
  return 0;
}

// What every counted call goes through before it is done. `tear` does the first half of a write.
// Returns the error with which the call is to be refused, or 0.
template <typename Tear>
int before(long long end_of_write, int file, Tear tear) {
  Disk& d = disk();
  d.calls += 1;
  if (d.calls == d.stall_at) {
    const long long began = monotonic_ns();
    d.mutex.unlock();
    sleep(2);
    d.mutex.lock();
    log_call("stalled", "-", began, monotonic_ns(), nullptr, 0);
  }
  if (d.calls == d.kill_at) {
    if (d.torn) tear();
    die();
  }
  return refusal(end_of_write, file);
}

ssize_t write_at(int file, const void* bytes, size_t length, off64_t offset) {
  using Pwrite = ssize_t(int, const void*, size_t, off64_t);
  static Pwrite* const real = original<Pwrite>("pwrite64");
  const std::string name = name_of(file);
  if (!is_counted(name)) return real(file, bytes, length, offset);
  std::lock_guard<std::recursive_mutex> hold(disk().mutex);
  const int error = before(offset + static_cast<long long>(length), file, [&] {
    log_call("torn", name, offset, static_cast<long long>(length / 2), bytes, length / 2);
    real(file, bytes, length / 2, offset);
  });
  if (error != 0) {
    errno = error;
    return -1;
  }
  log_call("write", name, offset, static_cast<long long>(length), bytes, length);
  return real(file, bytes, length, offset);
}

int sync_file(const char* call, int file) {
  using Sync = int(int);
  Sync* const real = original<Sync>(call);
  const std::string name = name_of(file);
  if (!is_counted(name)) return real(file);
  std::lock_guard<std::recursive_mutex> hold(disk().mutex);
  const int error = before(0, file, [] {});
  if (error != 0) {
    errno = error;
    return -1;
  }
  const int result = real(file);
  // Only what has returned is a promise.
  log_call("sync", name, 0, 0, nullptr, 0);
  return result;
}

int open_file(const char* call, const char* path, int flags, mode_t mode) {
  using Open = int(const char*, int, ...);
  Open* const real = original<Open>(call);
  const std::string name = name_of(path);
  if (name.empty()) return real(path, flags, mode);
  std::lock_guard<std::recursive_mutex> hold(disk().mutex);
  const bool writes = (flags & O_ACCMODE) != O_RDONLY;
  // A disk that is read-only from the start has not been called yet.
  if (writes && disk().error == "EROFS" && disk().fail_from > 0 && disk().calls + 1 >= disk().fail_from) {
    errno = EROFS;
    return -1;
  }
  const bool is_new = (flags & O_CREAT) != 0 && access(path, F_OK) != 0;
  const int file = real(path, flags, mode);
  if (file >= 0 && file < kMostFiles) disk().names[file] = strdup(name.c_str());
  if (file >= 0 && is_new && is_counted(name)) log_call("create", name, 0, 0, nullptr, 0);
  return file;
}

}  // namespace

extern "C" {

#define FORWARD_OPEN(call)                          \
  int call(const char* path, int flags, ...) {      \
    va_list rest;                                   \
    va_start(rest, flags);                          \
    const mode_t mode = va_arg(rest, mode_t);       \
    va_end(rest);                                   \
    return open_file(#call, path, flags, mode);     \
  }
FORWARD_OPEN(open)
FORWARD_OPEN(open64)
#undef FORWARD_OPEN

int close(int file) {
  static auto* const real = original<int(int)>("close");
  if (file >= 0 && file < kMostFiles) disk().names[file] = nullptr;
  return real(file);
}

ssize_t pwrite(int file, const void* bytes, size_t length, off_t offset) {
  return write_at(file, bytes, length, offset);
}
ssize_t pwrite64(int file, const void* bytes, size_t length, off64_t offset) {
  return write_at(file, bytes, length, offset);
}

ssize_t write(int file, const void* bytes, size_t length) {
  static auto* const real = original<ssize_t(int, const void*, size_t)>("write");
  if (file == STDOUT_FILENO || file == STDERR_FILENO) {
    const ssize_t done = real(file, bytes, length);
    std::lock_guard<std::recursive_mutex> hold(disk().mutex);
    if (done > 0) log_call("said", "-", 0, done, bytes, static_cast<size_t>(done));
    return done;
  }
  if (!is_counted(name_of(file))) return real(file, bytes, length);
  const off64_t offset = lseek64(file, 0, SEEK_CUR);
  const ssize_t done = write_at(file, bytes, length, offset);
  if (done > 0) lseek64(file, offset + done, SEEK_SET);
  return done;
}

ssize_t pwritev(int file, const struct iovec* parts, int count, off_t offset) {
  static auto* const real = original<ssize_t(int, const struct iovec*, int, off_t)>("pwritev");
  if (!is_counted(name_of(file))) return real(file, parts, count, offset);
  ssize_t total = 0;
  for (int i = 0; i < count; i++) {
    const ssize_t done = write_at(file, parts[i].iov_base, parts[i].iov_len, offset + total);
    if (done < 0) return total > 0 ? total : -1;
    total += done;
  }
  return total;
}

int fsync(int file) { return sync_file("fsync", file); }
int fdatasync(int file) { return sync_file("fdatasync", file); }

static int truncate_file(int file, off64_t size) {
  static auto* const real = original<int(int, off64_t)>("ftruncate64");
  const std::string name = name_of(file);
  if (!is_counted(name)) return real(file, size);
  std::lock_guard<std::recursive_mutex> hold(disk().mutex);
  const int error = before(size, file, [] {});
  if (error != 0) {
    errno = error;
    return -1;
  }
  log_call("truncate", name, size, 0, nullptr, 0);
  return real(file, size);
}
int ftruncate(int file, off_t size) { return truncate_file(file, size); }
int ftruncate64(int file, off64_t size) { return truncate_file(file, size); }

int unlink(const char* path) {
  static auto* const real = original<int(const char*)>("unlink");
  const std::string name = name_of(path);
  if (!is_counted(name) || access(path, F_OK) != 0) return real(path);
  std::lock_guard<std::recursive_mutex> hold(disk().mutex);
  const int error = before(0, -1, [] {});
  if (error != 0) {
    errno = error;
    return -1;
  }
  log_call("unlink", name, 0, 0, nullptr, 0);
  return real(path);
}

int rename(const char* from, const char* to) {
  static auto* const real = original<int(const char*, const char*)>("rename");
  const std::string name = name_of(from);
  if (!is_counted(name)) return real(from, to);
  std::lock_guard<std::recursive_mutex> hold(disk().mutex);
  const int error = before(0, -1, [] {});
  if (error != 0) {
    errno = error;
    return -1;
  }
  log_call("rename", name + "|" + name_of(to), 0, 0, nullptr, 0);
  return real(from, to);
}

#define FORWARD_STATFS(call)                                                                             \
  int call(const char* path, struct call* found) {                                                       \
    static auto* const real = original<int(const char*, struct call*)>(#call);                           \
    const int result = real(path, found);                                                                \
    const Disk& d = disk();                                                                              \
    if (result != 0 || d.free_bytes == 0 || d.calls < d.free_at || name_of(path).empty()) return result; \
    found->f_bavail = found->f_bfree = static_cast<fsblkcnt_t>(d.free_bytes / found->f_bsize);           \
    return result;                                                                                       \
  }
FORWARD_STATFS(statfs)
FORWARD_STATFS(statfs64)
#undef FORWARD_STATFS

int access(const char* path, int wish) {
  static auto* const real = original<int(const char*, int)>("access");
  const bool refused = disk().has_begun_to_fail() && disk().error == "EROFS" && (wish & W_OK) != 0;
  if (refused && !name_of(path).empty()) {
    errno = EROFS;
    return -1;
  }
  return real(path, wish);
}

static long jump_s() {
  static const long jump = number("CLOCK_JUMP_S");
  if (jump == 0) return 0;
  static const long long started = monotonic_ns();
  return monotonic_ns() - started < 500'000'000 ? 0 : jump;
}

int clock_gettime(clockid_t clock, struct timespec* now) {
  const int result = static_cast<int>(syscall(SYS_clock_gettime, clock, now));
  if (result == 0 && clock == CLOCK_REALTIME) now->tv_sec += jump_s();
  return result;
}

int gettimeofday(struct timeval* now, void*) {
  struct timespec precise;
  clock_gettime(CLOCK_REALTIME, &precise);
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1000;
  return 0;
}

}  // extern "C"
