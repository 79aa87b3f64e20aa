// Types, and the parameters of functions and types.
#if Lint
  extension GoParser {
    /// A type; a problem where there is none.
    mutating func parseType() -> GoNodeID {
      if let type = typeIfAny() { return type }
      fail("expected a type")
      return absent()
    }

    /// A type, or nil, and nothing read, where none begins.
    mutating func typeIfAny() -> GoNodeID? {
      guard descend() else { return absent() }
      defer { ascend() }
      let lower = lexer.lower
      switch token {
      case .identifier: return namedType()
      case .star:
        lexer.advance()
        return make(.star, from: lower, parseType())
      case .openParen:
        lexer.advance()
        let type = parseType()
        expect(.closeParen, "`)`")
        return make(.parenthesised, from: lower, type)
      case .openBracket:
        lexer.advance()
        return arrayType(from: lower)
      case .keywordStruct: return structType()
      case .keywordInterface: return interfaceType()
      case .keywordFunc:
        lexer.advance()
        return signature(from: lower, withTypeParameters: false)
      case .keywordMap:
        lexer.advance()
        expect(.openBracket, "`[`")
        let key = parseType()
        expect(.closeBracket, "`]`")
        return make(.mapType, from: lower, key, parseType())
      case .keywordChan: return channelType()
      case .arrow:
        lexer.advance()
        expect(.keywordChan, "`chan`")
        return make(.channelType, from: lower, parseType(), detail: GoDirection.receive.rawValue)
      default: return nil
      }
    }

    private mutating func channelType() -> GoNodeID {
      let lower = lexer.lower
      lexer.advance()
      let direction: GoDirection = take(.arrow) ? .send : .both
      return make(.channelType, from: lower, parseType(), detail: direction.rawValue)
    }

    /// A name, perhaps of a package's, perhaps with type arguments.
    private mutating func namedType() -> GoNodeID {
      let name = qualifiedName()
      return token == .openBracket ? typeArguments(of: name) : name
    }

    mutating func qualifiedName() -> GoNodeID {
      let name = identifier()
      guard take(.dot) else { return name }
      let member = lexer.name
      expect(.identifier, "a name")
      return make(.selector, from: lower(name), name, name: member)
    }

    private mutating func typeArguments(of type: GoNodeID) -> GoNodeID {
      var children = Children()
      add(type, to: &children)
      expect(.openBracket, "`[`")
      repeat {
        if token == .closeBracket { break }
        add(parseType(), to: &children)
      } while take(.comma)
      expect(.closeBracket, "`]`")
      return make(.index, from: lower(type), children)
    }

    /// From behind the opening bracket on.
    mutating func arrayType(from lower: Int) -> GoNodeID {
      if take(.closeBracket) { return make(.arrayType, from: lower, absent(), parseType()) }
      let length: GoNodeID
      if token == .ellipsis {
        let start = lexer.lower
        lexer.advance()
        length = make(.ellipsis, from: start, absent())
      } else {
        expressionLevel += 1
        length = expression()
        expressionLevel -= 1
      }
      expect(.closeBracket, "`]`")
      return make(.arrayType, from: lower, length, parseType())
    }

    // MARK: Structs and interfaces

    private mutating func structType() -> GoNodeID {
      let lower = lexer.lower
      lexer.advance()
      expect(.openBrace, "`{`")
      var fields = Children()
      while token != .closeBrace, token != .end {
        add(field(), to: &fields)
        if token == .string { lexer.advance() }
        expectEnd()
      }
      expect(.closeBrace, "`}`")
      return make(.structType, from: lower, fields)
    }

    private mutating func field() -> GoNodeID {
      let lower = lexer.lower
      guard token == .identifier else { return make(.field, from: lower, parseType()) }
      let mark = lexer.mark, count = nodes.count
      var names = Children()
      add(identifier(), to: &names)
      switch token {
      case .dot, .string, .semicolon, .closeBrace: return embedded(mark, count)
      case .openBracket where isTypeInstance([.semicolon, .closeBrace, .string]): return embedded(mark, count)
      default: break
      }
      while take(.comma) { add(identifier(), to: &names) }
      return fieldNode(from: lower, type: parseType(), names)
    }

    private mutating func embedded(_ mark: GoLexer.Mark, _ count: Int) -> GoNodeID {
      nodes.removeLast(nodes.count - count)
      lexer.reset(to: mark)
      return make(.field, from: lexer.lower, namedType())
    }

    private mutating func fieldNode(from lower: Int, type: GoNodeID, _ names: Children) -> GoNodeID {
      var children = Children()
      add(type, to: &children)
      join(names, to: &children)
      return make(.field, from: lower, children)
    }

    /// Whether the bracket that follows a name opens type arguments: what stands behind it ends the field or parameter.
    private mutating func isTypeInstance(_ ends: Set<GoToken>) -> Bool {
      lookAhead { parser in
        parser.lexer.advance()
        if parser.token == .closeBracket { return false }
        parser.expressionLevel += 1
        repeat {
          if parser.token == .closeBracket { break }
          _ = parser.expression()
        } while parser.take(.comma)
        parser.expressionLevel -= 1
        return parser.take(.closeBracket) && ends.contains(parser.token)
      }
    }

    private mutating func interfaceType() -> GoNodeID {
      let lower = lexer.lower
      lexer.advance()
      expect(.openBrace, "`{`")
      var elements = Children()
      while token != .closeBrace, token != .end {
        add(interfaceElement(), to: &elements)
        expectEnd()
      }
      expect(.closeBrace, "`}`")
      return make(.interfaceType, from: lower, elements)
    }

    private mutating func interfaceElement() -> GoNodeID {
      let lower = lexer.lower
      guard token == .identifier else { return constraint() }
      let mark = lexer.mark, count = nodes.count
      let name = identifier()
      guard token == .openParen else {
        nodes.removeLast(nodes.count - count)
        lexer.reset(to: mark)
        return constraint()
      }
      return make(.field, from: lower, signature(from: lower, withTypeParameters: false), name)
    }

    /// Terms with `|` between them, each perhaps with `~`.
    mutating func constraint() -> GoNodeID {
      var left = constraintTerm()
      while token == .or {
        lexer.advance()
        left = make(.binary, from: lower(left), left, constraintTerm(), detail: GoToken.or.rawValue)
      }
      return left
    }

    private mutating func constraintTerm() -> GoNodeID {
      let lower = lexer.lower
      guard take(.tilde) else { return parseType() }
      return make(.unary, from: lower, parseType(), detail: GoToken.tilde.rawValue)
    }

    // MARK: Parameters

    /// What follows the word `func` in a type, and the name in a declaration.
    mutating func signature(from lower: Int, withTypeParameters: Bool) -> GoNodeID {
      let types = withTypeParameters && token == .openBracket ? typeParameters() : absent()
      let arguments = parameters()
      let results: GoNodeID
      if token == .openParen {
        results = parameters()
      } else {
        let start = lexer.lower
        if let type = typeIfAny() {
          results = make(.fieldList, from: start, make(.field, from: start, type))
        } else {
          results = absent()
        }
      }
      return make(.functionType, from: lower, types, arguments, results)
    }

    mutating func parameters() -> GoNodeID {
      let lower = lexer.lower
      expect(.openParen, "`(`")
      let fields = parameterList(until: .closeParen) { $0.parameter() }
      expect(.closeParen, "`)`")
      return make(.fieldList, from: lower, fields)
    }

    mutating func typeParameters() -> GoNodeID {
      let lower = lexer.lower
      expect(.openBracket, "`[`")
      let fields = parameterList(until: .closeBracket) { parser in
        let name = parser.identifier()
        let isBare = parser.token == .comma || parser.token == .closeBracket
        return Parameter(name: name, type: isBare ? 0 : parser.constraint())
      }
      expect(.closeBracket, "`]`")
      return make(.fieldList, from: lower, fields)
    }

    /// A name and a type, or one of them: a bare name may be either, and stands as a name.
    private struct Parameter {
      var name: GoNodeID, type: GoNodeID
    }

    private mutating func parameter() -> Parameter {
      guard token == .identifier else { return Parameter(name: 0, type: parameterType()) }
      let mark = lexer.mark, count = nodes.count
      let name = identifier()
      switch token {
      case .comma, .closeParen: return Parameter(name: name, type: 0)
      case .dot: break
      case .openBracket where isTypeInstance([.comma, .closeParen]): break
      default: return Parameter(name: name, type: parameterType())
      }
      nodes.removeLast(nodes.count - count)
      lexer.reset(to: mark)
      return Parameter(name: 0, type: namedType())
    }

    private mutating func parameterType() -> GoNodeID {
      let lower = lexer.lower
      guard take(.ellipsis) else { return parseType() }
      return make(.ellipsis, from: lower, parseType())
    }

    /// A list of parameters as fields: bare names share the type of the next that has one, or else are types.
    private mutating func parameterList(
      until end: GoToken, _ parameter: (inout GoParser) -> Parameter
    ) -> Children {
      var list: [Parameter] = []
      while token != end, token != .end {
        list.append(parameter(&self))
        if !take(.comma) { break }
      }
      var fields = Children()
      guard list.contains(where: { $0.name != 0 && $0.type != 0 }) else {
        for entry in list {
          let type = entry.type == 0 ? entry.name : entry.type
          add(make(.field, from: lower(type), type), to: &fields)
        }
        return fields
      }
      var names = Children()
      for entry in list {
        guard entry.name != 0 else {
          fail("a parameter has no name")
          return fields
        }
        add(entry.name, to: &names)
        guard entry.type != 0 else { continue }
        add(fieldNode(from: lower(names.first), type: entry.type, names), to: &fields)
        names = Children()
      }
      if names.count > 0 { fail("a parameter has no type") }
      return fields
    }
  }
#endif
