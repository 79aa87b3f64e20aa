import ArgumentParser

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A directory on the command line in which files can be made.
struct SpillDirectory: ExpressibleByArgument {
  let path: String

  init?(argument: String) {
    var status = stat()
    guard stat(argument, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, access(argument, W_OK | X_OK) == 0 else {
      return nil
    }
    path = argument
  }
}
