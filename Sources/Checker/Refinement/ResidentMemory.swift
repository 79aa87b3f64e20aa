import CIntrinsics

/// How much of this process lies in memory.
public enum ResidentMemory {
  /// In bytes; 0 when the system does not say.
  public static var now: Int { Int(csp_resident_bytes()) }
  /// The largest so far, in bytes; 0 when the system does not say.
  public static var peak: Int { Int(csp_peak_resident_bytes()) }
}
