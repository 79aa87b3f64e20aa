import CSPM

/// Any bytes as a script: nothing traps, nothing hangs, and printing what was parsed parses to the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  FrontEndProbe.run(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
