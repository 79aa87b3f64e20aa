import CSPMSyntax

extension DocumentView {
  /// The comments of the document, which lie between its tokens, in the order of the text.
  var comments: [Range<Int>] {
    let bytes = lines.bytes
    var comments: [Range<Int>] = []
    var offset = 0
    func scan(to end: Int) {
      while offset + 1 < end {
        let start = offset
        switch (bytes[offset], bytes[offset + 1]) {
        case (UInt8(ascii: "-"), UInt8(ascii: "-")):
          while offset < end, bytes[offset] != UInt8(ascii: "\n"), bytes[offset] != UInt8(ascii: "\r") { offset += 1 }
          comments.append(start..<offset)
        case (UInt8(ascii: "{"), UInt8(ascii: "-")):
          var depth = 0
          repeat {
            let opens = bytes[offset] == UInt8(ascii: "{") && offset + 1 < end && bytes[offset + 1] == UInt8(ascii: "-")
            let closes =
              bytes[offset] == UInt8(ascii: "-") && offset + 1 < end && bytes[offset + 1] == UInt8(ascii: "}")
            depth += opens ? 1 : closes ? -1 : 0
            offset += opens || closes ? 2 : 1
          } while depth > 0 && offset < end
          comments.append(start..<offset)
        default: offset += 1
        }
      }
    }
    for token in tokens where token.upper > token.lower {
      scan(to: Int(token.lower))
      offset = Int(token.upper)
    }
    scan(to: bytes.count)
    return comments
  }
}
