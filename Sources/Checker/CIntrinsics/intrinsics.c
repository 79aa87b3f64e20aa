#define _GNU_SOURCE  // O_TMPFILE
#include "intrinsics.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#if defined(__APPLE__)
#include <mach/mach.h>
#endif

/// From `small_block` on, `csp_map_small` asks the system: the heap would keep holes of what has grown out of it.
enum { huge_page = 2 << 20, small_block = 1 << 16 };

static size_t rounded(size_t bytes) { return (bytes + huge_page - 1) & ~(size_t)(huge_page - 1); }

void *csp_map(size_t bytes) {
  if (bytes < huge_page) {
    void *p = NULL;
    if (posix_memalign(&p, 64, bytes ? bytes : 64) != 0) return NULL;
    return memset(p, 0, bytes ? bytes : 64);
  }
  size_t n = rounded(bytes);
  char *p = mmap(NULL, n + huge_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
  if (p == MAP_FAILED) return NULL;
  char *q = (char *)rounded((uintptr_t)p);
  if (q != p) munmap(p, (size_t)(q - p));
  if (q - p != huge_page) munmap(q + n, (size_t)(huge_page - (q - p)));
#if defined(MADV_HUGEPAGE)
  madvise(q, n, MADV_HUGEPAGE);
#endif
  return q;
}

void csp_unmap(void *p, size_t bytes) {
  if (bytes < huge_page) free(p);
  else munmap(p, rounded(bytes));
}

void *csp_map_small(size_t bytes, bool soon) {
  if (bytes < small_block) return csp_map(bytes);
  int flags = MAP_PRIVATE | MAP_ANON;
#if defined(MAP_POPULATE)
  if (soon) flags |= MAP_POPULATE;
#endif
  void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
  return p == MAP_FAILED ? NULL : p;
}

void csp_unmap_small(void *p, size_t bytes) {
  if (bytes < small_block) csp_unmap(p, bytes);
  else munmap(p, bytes);
}

int csp_open_file(const char *directory) {
#if defined(O_TMPFILE)
  int file = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) return file;
#endif
  static const char pattern[] = "/martlet-XXXXXX";
  size_t n = strlen(directory);
  char *path = malloc(n + sizeof pattern);
  if (!path) return -1;
  memcpy(path, directory, n);
  memcpy(path + n, pattern, sizeof pattern);
  int made = mkstemp(path);
  if (made >= 0) unlink(path);
  free(path);
  return made;
}

void csp_close_file(int file) { close(file); }

/// Whether the file has these bytes now, with room on the disk for all of them where the system can promise that.
static int reserve(int file, size_t offset, size_t bytes) {
#if defined(__APPLE__)
  return ftruncate(file, (off_t)(offset + bytes)) == 0;
#else
  return posix_fallocate(file, (off_t)offset, (off_t)bytes) == 0;
#endif
}

void *csp_map_file(int file, size_t offset, size_t bytes) {
  if (!reserve(file, offset, bytes)) return NULL;
  void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, (off_t)offset);
  return p == MAP_FAILED ? NULL : p;
}

void csp_unmap_file(void *p, size_t bytes) {
#if defined(MADV_REMOVE)
  madvise(p, bytes, MADV_REMOVE);
#endif
  munmap(p, bytes);
}

bool csp_read_file(int file, size_t offset, void *p, size_t bytes) {
  for (size_t done = 0; done < bytes;) {
    ssize_t n = pread(file, (char *)p + done, bytes - done, (off_t)(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    done += (size_t)n;
  }
  return true;
}

bool csp_write_file(int file, size_t offset, const void *p, size_t bytes) {
  for (size_t done = 0; done < bytes;) {
    ssize_t n = pwrite(file, (const char *)p + done, bytes - done, (off_t)(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    done += (size_t)n;
  }
  return true;
}

void csp_park(void *p, size_t bytes) { madvise(p, bytes, MADV_DONTNEED); }

void csp_release(void *p, size_t bytes) { madvise(p, bytes, MADV_DONTNEED); }

size_t csp_resident_bytes(void) {
#if defined(__APPLE__)
  struct mach_task_basic_info info;
  mach_msg_type_number_t count = MACH_TASK_BASIC_INFO_COUNT;
  if (task_info(mach_task_self(), MACH_TASK_BASIC_INFO, (task_info_t)&info, &count) != KERN_SUCCESS) return 0;
  return info.resident_size;
#else
  char text[128];
  int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  ssize_t n = read(file, text, sizeof text - 1);
  close(file);
  if (n <= 0) return 0;
  text[n] = 0;
  char *second = strchr(text, ' ');
  return second ? (size_t)strtoull(second, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE) : 0;
#endif
}

size_t csp_peak_resident_bytes(void) {
  struct rusage usage;
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
#if defined(__APPLE__)
  return (size_t)usage.ru_maxrss;
#else
  return (size_t)usage.ru_maxrss * 1024;
#endif
}
