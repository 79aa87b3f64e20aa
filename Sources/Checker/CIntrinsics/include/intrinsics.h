// The few things that Swift cannot say: prefetch, compares of a whole cache line, huge pages, resident size.
//
// The portable fallbacks (no SSE2 or NEON, no madvise) are slower and mean the same.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>
#endif

#define INTRINSIC static inline __attribute__((always_inline))

INTRINSIC void csp_prefetch(const void *_Nonnull p) { __builtin_prefetch(p, 1, 3); }

/// Bit i is set when the 16-bit lane i of the 64-byte line at `p` (64-byte aligned) equals `v`.
INTRINSIC uint64_t csp_line_equal16(const void *_Nonnull p, uint16_t v) {
#if defined(__SSE2__)
  const __m128i *q = (const __m128i *)p;
  __m128i k = _mm_set1_epi16((short)v);
  __m128i a = _mm_packs_epi16(_mm_cmpeq_epi16(_mm_load_si128(q), k), _mm_cmpeq_epi16(_mm_load_si128(q + 1), k));
  __m128i b = _mm_packs_epi16(_mm_cmpeq_epi16(_mm_load_si128(q + 2), k), _mm_cmpeq_epi16(_mm_load_si128(q + 3), k));
  return (uint64_t)(uint32_t)_mm_movemask_epi8(a) | (uint64_t)(uint32_t)_mm_movemask_epi8(b) << 16;
#elif defined(__ARM_NEON) && defined(__aarch64__)
  const uint16x8_t bit = {1, 2, 4, 8, 16, 32, 64, 128};
  const uint16_t *q = (const uint16_t *)p;
  uint16x8_t k = vdupq_n_u16(v);
  uint64_t r = 0;
  for (int i = 0; i < 4; i++) r |= (uint64_t)vaddvq_u16(vandq_u16(vceqq_u16(vld1q_u16(q + 8 * i), k), bit)) << (8 * i);
  return r;
#else
  const uint16_t *q = (const uint16_t *)p;
  uint64_t r = 0;
  for (int i = 0; i < 32; i++) r |= (uint64_t)(q[i] == v) << i;
  return r;
#endif
}

/// Bit i is set when the 32-bit lane i of the 64-byte line at `p` (64-byte aligned) equals `v`.
INTRINSIC uint64_t csp_line_equal32(const void *_Nonnull p, uint32_t v) {
#if defined(__SSE2__)
  const __m128i *q = (const __m128i *)p;
  __m128i k = _mm_set1_epi32((int)v);
  __m128i a = _mm_packs_epi32(_mm_cmpeq_epi32(_mm_load_si128(q), k), _mm_cmpeq_epi32(_mm_load_si128(q + 1), k));
  __m128i b = _mm_packs_epi32(_mm_cmpeq_epi32(_mm_load_si128(q + 2), k), _mm_cmpeq_epi32(_mm_load_si128(q + 3), k));
  return (uint32_t)_mm_movemask_epi8(_mm_packs_epi16(a, b));
#elif defined(__ARM_NEON) && defined(__aarch64__)
  const uint32x4_t bit = {1, 2, 4, 8};
  const uint32_t *q = (const uint32_t *)p;
  uint32x4_t k = vdupq_n_u32(v);
  uint64_t r = 0;
  for (int i = 0; i < 4; i++) r |= (uint64_t)vaddvq_u32(vandq_u32(vceqq_u32(vld1q_u32(q + 4 * i), k), bit)) << (4 * i);
  return r;
#else
  const uint32_t *q = (const uint32_t *)p;
  uint64_t r = 0;
  for (int i = 0; i < 16; i++) r |= (uint64_t)(q[i] == v) << i;
  return r;
#endif
}

/// Bit i is set when the 64-bit lane i of the 64-byte line at `p` equals `v`.
INTRINSIC uint64_t csp_line_equal64(const void *_Nonnull p, uint64_t v) {
  const uint64_t *q = (const uint64_t *)p;
  uint64_t r = 0;
  for (int i = 0; i < 8; i++) r |= (uint64_t)(q[i] == v) << i;
  return r;
}

/// Zeroed memory of at least `bytes`, aligned to 64 bytes; large blocks are aligned to 2 MiB and ask for huge pages.
/// NULL when there is none. Give it back with `csp_unmap` and the same size.
void *_Nullable csp_map(size_t bytes);
void csp_unmap(void *_Nonnull p, size_t bytes);

/// The same in small pages and for any size: for many tables of some hundred kilobytes, of which huge pages would waste
/// the ends. Give it back with `csp_unmap_small`.
///
/// With `soon` all pages are there at once: for what is about to be written everywhere, which would be as many page faults.
void *_Nullable csp_map_small(size_t bytes, bool soon);
void csp_unmap_small(void *_Nonnull p, size_t bytes);

/// A file without a name, open for reading and writing; negative when there can be none.
int csp_open_file(const char *_Nonnull directory);
void csp_close_file(int file);

/// Zeroed memory of at least `bytes` in such a file, from `offset` on, a multiple of the page size, where the file has
/// nothing yet; to be called by one thread at a time for a file. Its room on the disk is taken at once, so that writing
/// cannot fail later, where the system can promise that. NULL when that is not to be had. Give it back with `csp_unmap_file`
/// and the same size, before or after the file is closed; where the system cannot do it earlier, the room on the disk is
/// free again when all of the file is given back.
void *_Nullable csp_map_file(int file, size_t offset, size_t bytes);
void csp_unmap_file(void *_Nonnull p, size_t bytes);

/// Takes the pages of a `csp_map_file` block out of this process; what they hold stays in the file.
void csp_park(void *_Nonnull p, size_t bytes);

/// Copies bytes of such a file, which a mapping of the same shows at once. False when the system cannot do it.
bool csp_read_file(int file, size_t offset, void *_Nonnull p, size_t bytes);
bool csp_write_file(int file, size_t offset, const void *_Nonnull p, size_t bytes);

/// Gives the pages of a range inside a large `csp_map` block back to the system; its contents are lost.
/// Both must be multiples of 2 MiB, so that huge pages go whole.
void csp_release(void *_Nonnull p, size_t bytes);

/// Bytes of this process that are in memory now; 0 when the system does not say.
size_t csp_resident_bytes(void);
/// The largest value of `csp_resident_bytes` so far.
size_t csp_peak_resident_bytes(void);
