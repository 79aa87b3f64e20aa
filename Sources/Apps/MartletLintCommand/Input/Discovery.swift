// Which files there are to check.
//
// I1. Each file once, in the order of names, however many links lead to it.
// I2. Hidden folders and files are left out, unless they are named; so is what the configuration excludes.
#if Lint
  import ConcurrencyLint
  import Foundation

  /// A path that cannot be checked.
  struct InputProblem: Sendable {
    var path: String
    var message: String
  }

  struct Discovery {
    var configuration: Configuration

    struct Found {
      var files: [String] = []
      var problems: [InputProblem] = []
      var notes: [String] = []
      /// The real paths of folders and files that have been seen.
      fileprivate var seen: Set<String> = []
    }

    func files(in paths: [String]) -> Found {
      var found = Found()
      for path in paths { add(tidy(path), isNamed: true, to: &found) }
      return found
    }

    /// Without `./` in front and `/` behind.
    private func tidy(_ path: String) -> String {
      var path = path
      while path.hasPrefix("./"), path.count > 2 { path.removeFirst(2) }
      while path.hasSuffix("/"), path.count > 1 { path.removeLast() }
      return path
    }

    private func add(_ path: String, isNamed: Bool, to found: inout Found) {
      if !isNamed, configuration.exclude.contains(where: { $0.matches(path) }) { return }
      let real = URL(filePath: path).resolvingSymlinksInPath().path
      guard let type = try? FileManager.default.attributesOfItem(atPath: real)[.type] as? FileAttributeType,
        type != .typeSymbolicLink
      else {
        // A link that leads nowhere, or round in a circle.
        if isNamed {
          found.problems.append(InputProblem(path: path, message: "there is no such file"))
        } else if SourceLanguage(path: path) != nil {
          found.notes.append("`\(path)` leads nowhere and was passed over")
        }
        return
      }
      switch type {
      case .typeDirectory: addFolder(path, real: real, to: &found)
      case .typeRegular where SourceLanguage(path: path) != nil:
        if found.seen.insert(real).inserted { found.files.append(path) }
      case .typeRegular where isNamed:
        found.problems.append(InputProblem(path: path, message: "it is not a source that is checked"))
      case .typeRegular: return
      default:
        if isNamed || SourceLanguage(path: path) != nil {
          found.problems.append(InputProblem(path: path, message: "it is no ordinary file"))
        }
      }
    }

    private func addFolder(_ path: String, real: String, to found: inout Found) {
      guard found.seen.insert(real).inserted else {
        found.notes.append("`\(path)` leads to a folder that was checked already")
        return
      }
      guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
        found.problems.append(InputProblem(path: path, message: "the folder cannot be read"))
        return
      }
      for name in names.sorted() where !name.hasPrefix(".") {
        add(path == "." ? name : path == "/" ? "/" + name : path + "/" + name, isNamed: false, to: &found)
      }
    }
  }
#endif
