/// The map, ARCHITECTURE.md: its table of targets against the manifest and against the import lines.

/// The table under the heading `| target | may import |`, from target to modules.
struct ArchitectureMap {
  var mayImport: [String: Set<String>] = [:]
  /// Targets with more than one row.
  var duplicates: [String] = []

  init(_ tree: SourceTree) {
    var isInside = false
    for line in tree.lines["ARCHITECTURE.md"] ?? [] {
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
        .map { $0.trimmingPrefix(while: \.isWhitespace).description }
      guard line.hasPrefix("|"), cells.count == 2 else {
        isInside = false
        continue
      }
      if cells[0].hasPrefix("target"), cells[1].hasPrefix("may import") { isInside = true }
      guard isInside, let target = Self.quoted(cells[0]).first else { continue }
      if mayImport[target] != nil { duplicates.append(target) }
      mayImport[target] = Set(Self.quoted(cells[1]))
    }
  }

  /// The back-quoted words of a cell.
  private static func quoted(_ cell: String) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
  }
}

/// An import line of a Swift file.
struct Import {
  var module: String
  var line: Int

  static func all(in lines: [String]) -> [Import] {
    lines.enumerated().compactMap { number, line in
      // Attributes and access levels may stand before, `struct` and its like between. Most lines are ruled out first.
      guard line.contains("import "),
        let match = line.prefixMatch(
          of:
            #/\s*(?:@\w+(?:\([^)]*\))?\s+|(?:public|package|internal|fileprivate|private)\s+)*import\s+(?:(?:struct|class|enum|protocol|typealias|func|let|var)\s+)?(\w+)/#
        )
      else { return nil }
      return Import(module: String(match.1), line: number + 1)
    }
  }
}

extension Gate {
  /// A target imports what its row lists; one outside Sources what the manifest lists for it, Testing, Foundation and
  /// Synchronization; a plugin PackagePlugin too.
  static let imports = Gate(name: "imports are those of the map") { tree, manifest in
    let map = ArchitectureMap(tree)
    return tree.files("swift").flatMap { file -> [String] in
      guard let target = manifest.target(of: file.path) else { return [] }
      let allowed =
        target.isMapped
        ? map.mayImport[target.name] ?? []
        : target.dependencies.union(
          ["Testing", "Foundation", "Synchronization"] + (target.path.hasPrefix("Plugins/") ? ["PackagePlugin"] : []))
      return Import.all(in: file.lines).filter { !allowed.contains($0.module) }.map {
        "\(file.path):\($0.line): \(target.name) may not import \($0.module)"
      }
    }
  }

  /// Every target in Sources has one row, every row a target, and the manifest grants no more than the row.
  static let mapEntries = Gate(name: "the map lists the targets of the manifest") { tree, manifest in
    let map = ArchitectureMap(tree)
    let targets = manifest.targets.filter(\.isMapped)
    let names = Set(targets.map(\.name))
    return targets.flatMap { target -> [String] in
      guard let row = map.mayImport[target.name] else { return ["ARCHITECTURE.md: no row for \(target.name)"] }
      return target.dependencies.subtracting(row).sorted().map {
        "Package.swift: \(target.name) depends on \($0), which its row does not list"
      }
    }
      + map.mayImport.keys.filter { !names.contains($0) }.sorted().map { "ARCHITECTURE.md: no target \($0)" }
      + map.duplicates.map { "ARCHITECTURE.md: two rows for \($0)" }
  }

  /// What the rows may not be widened to: the order of the areas, and the independence of the reference interpreter.
  static let layers = Gate(name: "the layers hold") { tree, manifest in
    let map = ArchitectureMap(tree)
    let areas = ["Checker", "Language", "Apps"]
    func area(_ target: Manifest.Target) -> Int? { areas.firstIndex { target.path.hasPrefix("Sources/\($0)/") } }
    let levels = Dictionary(uniqueKeysWithValues: manifest.targets.map { ($0.name, area($0)) })
    return manifest.targets.flatMap { target -> [String] in
      guard let row = map.mayImport[target.name], let own = area(target) else { return [] }
      var findings = row.sorted().filter { (levels[$0].flatMap { $0 } ?? 0) > own }
        .map { "ARCHITECTURE.md: \(target.name) may not reach up to \($0)" }
      if target.name == "ReferenceSemantics", row != ["ProcessTerms"] {
        findings.append("ARCHITECTURE.md: ReferenceSemantics may import ProcessTerms and nothing else")
      }
      if own < 1, row.contains("ReferenceSemantics") {
        findings.append("ARCHITECTURE.md: \(target.name) may not import the interpreter that judges it")
      }
      return findings
    }
  }
}
