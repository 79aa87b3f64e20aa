// The runtime in one import.
@_exported import CSPChannels
@_exported import CSPNursery
@_exported import CSPPrimitives
@_exported import CSPScheduling
