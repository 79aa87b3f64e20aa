// Expressions. Types may stand where operands do: what is a type shows at the end, or never.
#if Lint
  extension GoParser {
    mutating func expressions() -> Children {
      var list = Children()
      repeat { add(expression(), to: &list) } while take(.comma)
      return list
    }

    mutating func expression() -> GoNodeID { binary(above: 0) }

    /// Operators of the same precedence group to the left, in a loop.
    private mutating func binary(above precedence: Int) -> GoNodeID {
      var left = unary()
      while true {
        let operation = token
        guard operation.precedence > precedence else { return left }
        lexer.advance()
        guard descend() else { return left }
        let right = binary(above: operation.precedence)
        ascend()
        left = make(.binary, from: lower(left), left, right, detail: operation.rawValue)
      }
    }

    private mutating func unary() -> GoNodeID {
      let lower = lexer.lower, operation = token
      switch operation {
      case .plus, .minus, .not, .xor, .and, .tilde:
        lexer.advance()
        guard descend() else { return absent() }
        defer { ascend() }
        return make(.unary, from: lower, unary(), detail: operation.rawValue)
      case .star:
        lexer.advance()
        guard descend() else { return absent() }
        defer { ascend() }
        return make(.star, from: lower, unary())
      case .arrow:
        lexer.advance()
        guard descend() else { return absent() }
        defer { ascend() }
        let operand = unary()
        // `<-chan T` is a type.
        if kind(operand) == .channelType, nodes[Int(operand)].detail == GoDirection.both.rawValue {
          nodes[Int(operand)].detail = GoDirection.receive.rawValue
          nodes[Int(operand)].lower = UInt32(truncatingIfNeeded: lower)
          return operand
        }
        return make(.receive, from: lower, operand)
      default: return postfix(operand())
      }
    }

    private mutating func operand() -> GoNodeID {
      let lower = lexer.lower
      switch token {
      case .identifier: return identifier()
      case .integer, .floating, .imaginary, .rune, .string:
        let kind = token
        lexer.advance()
        return make(.literal, from: lower, detail: kind.rawValue)
      case .openParen:
        guard descend() else { return absent() }
        defer { ascend() }
        lexer.advance()
        expressionLevel += 1
        let inner = expression()
        expressionLevel -= 1
        expect(.closeParen, "`)`")
        return make(.parenthesised, from: lower, inner)
      case .keywordFunc:
        guard descend() else { return absent() }
        defer { ascend() }
        lexer.advance()
        let type = signature(from: lower, withTypeParameters: false)
        guard token == .openBrace else { return type }
        let level = expressionLevel
        expressionLevel = 0
        let body = block()
        expressionLevel = level
        return make(.functionLiteral, from: lower, type, body)
      default:
        if let type = typeIfAny() { return type }
        fail("expected an expression")
        return absent()
      }
    }

    /// What follows an operand: selectors, indices, calls, type assertions and literals' values, in a loop.
    private mutating func postfix(_ operand: GoNodeID) -> GoNodeID {
      var left = operand
      while true {
        let start = lower(left)
        switch token {
        case .dot:
          lexer.advance()
          if token == .identifier {
            let name = lexer.name
            lexer.advance()
            left = make(.selector, from: start, left, name: name)
          } else {
            expect(.openParen, "a name or `(`")
            let type = take(.keywordType) ? absent() : parseType()
            expect(.closeParen, "`)`")
            left = make(.typeAssertion, from: start, left, type)
          }
        case .openBracket: left = indexOrSlice(left)
        case .openParen: left = call(left)
        case .openBrace:
          guard isLiteralType(left) else { return left }
          left = compositeLiteral(left, from: start)
        default: return left
        }
      }
    }

    private mutating func call(_ function: GoNodeID) -> GoNodeID {
      var children = Children()
      add(function, to: &children)
      lexer.advance()
      guard descend() else { return function }
      expressionLevel += 1
      while token != .closeParen, token != .end {
        let argument = expression()
        if token == .ellipsis { lexer.advance() }
        add(argument, to: &children)
        if !take(.comma) { break }
      }
      expressionLevel -= 1
      ascend()
      expect(.closeParen, "`)`")
      return make(.call, from: lower(function), children)
    }

    private mutating func indexOrSlice(_ operand: GoNodeID) -> GoNodeID {
      var children = Children()
      add(operand, to: &children)
      lexer.advance()
      guard descend() else { return operand }
      expressionLevel += 1
      var colons = 0
      var isEmpty = true
      while token != .closeBracket, token != .end {
        if token == .colon {
          lexer.advance()
          colons += 1
          if isEmpty { add(absent(), to: &children) }
          isEmpty = true
        } else {
          add(expression(), to: &children)
          isEmpty = false
          if colons == 0, take(.comma) { continue }
          if token != .colon { break }
        }
      }
      if colons > 0, isEmpty { add(absent(), to: &children) }
      if colons == 1 { add(absent(), to: &children) }
      if colons > 2 || children.count == 1 { fail("expected an index") }
      expressionLevel -= 1
      ascend()
      expect(.closeBracket, "`]`")
      return make(colons == 0 ? .index : .slice, from: lower(operand), children)
    }

    /// Whether a brace behind it may open the values of a literal. In the head of a statement a bare name's does not.
    private func isLiteralType(_ node: GoNodeID) -> Bool {
      switch kind(node) {
      case .arrayType, .structType, .mapType: return true
      case .identifier: return expressionLevel >= 0
      case .selector: return expressionLevel >= 0 && kind(nodes[Int(node)].firstChild) == .identifier
      case .index:
        let type = nodes[Int(node)].firstChild
        let isName =
          kind(type) == .identifier
          || kind(type) == .selector && kind(nodes[Int(type)].firstChild) == .identifier
        return expressionLevel >= 0 && isName
      default: return false
      }
    }

    /// The values in braces; `type` is absent in values of values.
    private mutating func compositeLiteral(_ type: GoNodeID, from lower: Int) -> GoNodeID {
      var children = Children()
      add(type, to: &children)
      lexer.advance()
      guard descend() else { return type }
      expressionLevel += 1
      let level = expressionLevel
      expressionLevel = max(1, level)
      while token != .closeBrace, token != .end {
        add(element(), to: &children)
        if !take(.comma) { break }
      }
      expressionLevel = level - 1
      ascend()
      expect(.closeBrace, "`}`, or `,` before the end of the line")
      return make(.compositeLiteral, from: lower, children)
    }

    private mutating func element() -> GoNodeID {
      let first = elementValue()
      guard take(.colon) else { return first }
      return make(.keyValue, from: lower(first), first, elementValue())
    }

    private mutating func elementValue() -> GoNodeID {
      guard token == .openBrace else { return expression() }
      let start = lexer.lower
      return compositeLiteral(absent(), from: start)
    }
  }
#endif
