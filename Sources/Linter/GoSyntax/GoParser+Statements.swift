// Statements.
#if Lint
  extension GoParser {
    mutating func block() -> GoNodeID {
      let lower = lexer.lower
      expect(.openBrace, "`{`")
      guard descend() else { return absent() }
      let list = statements()
      ascend()
      expect(.closeBrace, "`}`")
      return make(.block, from: lower, list)
    }

    /// Up to the end of a block or a clause.
    private mutating func statements() -> Children {
      var list = Children()
      while token != .closeBrace, token != .keywordCase, token != .keywordDefault, token != .end {
        statement(into: &list)
        if token != .closeBrace, token != .keywordCase, token != .keywordDefault { expectEnd() }
      }
      return list
    }

    private mutating func statement(into list: inout Children) {
      let lower = lexer.lower
      switch token {
      case .semicolon: return
      case .keywordConst, .keywordType, .keywordVar:
        var specs = Children()
        declaration(into: &specs, isTop: false)
        add(make(.declarationStatement, from: lower, specs), to: &list)
      case .identifier:
        let first = simpleStatement(allowsLabel: true)
        guard kind(first) == .labeledStatement else { return add(first, to: &list) }
        add(labeled(first), to: &list)
      case .keywordGo, .keywordDefer:
        let kind: GoNodeKind = token == .keywordGo ? .goStatement : .deferStatement
        lexer.advance()
        let call = expression()
        if self.kind(call) != .call, lexer.problem == nil { lexer.fail("expected a call", at: self.lower(call)) }
        add(make(kind, from: lower, call), to: &list)
      case .keywordReturn:
        lexer.advance()
        let values = token == .semicolon || token == .closeBrace ? Children() : expressions()
        add(make(.returnStatement, from: lower, values), to: &list)
      case .keywordBreak: add(branch(.breakStatement), to: &list)
      case .keywordContinue: add(branch(.continueStatement), to: &list)
      case .keywordGoto: add(branch(.gotoStatement), to: &list)
      case .keywordFallthrough: add(branch(.fallthroughStatement), to: &list)
      case .openBrace: add(block(), to: &list)
      case .keywordIf: add(ifStatement(), to: &list)
      case .keywordSwitch: add(switchStatement(), to: &list)
      case .keywordSelect: add(selectStatement(), to: &list)
      case .keywordFor: add(forStatement(), to: &list)
      default: add(simpleStatement(), to: &list)
      }
    }

    private mutating func branch(_ kind: GoNodeKind) -> GoNodeID {
      let lower = lexer.lower
      lexer.advance()
      var label: GoName = 0
      if token == .identifier {
        label = lexer.name
        lexer.advance()
      }
      return make(kind, from: lower, name: label)
    }

    /// A label was read; its statement follows.
    private mutating func labeled(_ label: GoNodeID) -> GoNodeID {
      let start = lower(label), name = nodes[Int(label)].name
      var inner = Children()
      if token == .closeBrace {
        add(make(.emptyStatement, from: lexer.lower), to: &inner)
      } else if descend() {
        statement(into: &inner)
        if inner.count == 0 { add(make(.emptyStatement, from: lexer.lower), to: &inner) }
        ascend()
      }
      return make(.labeledStatement, from: start, inner, name: name)
    }

    /// An expression, assignment, send or step. A label comes back as a labeled statement without a statement.
    private mutating func simpleStatement(allowsLabel: Bool = false) -> GoNodeID {
      let start = lexer.lower
      return simpleStatement(from: start, expressions(), allowsLabel: allowsLabel)
    }

    /// The same, where the expressions that it begins with were read.
    private mutating func simpleStatement(from start: Int, _ first: Children, allowsLabel: Bool = false) -> GoNodeID {
      var left = first
      switch token {
      case .assign, .define, .operatorAssign:
        let kind: GoNodeKind = token == .define ? .definition : .assignment
        let detail: UInt8 = token == .operatorAssign ? 1 : 0
        lexer.advance()
        let count = left.count
        join(expressions(), to: &left)
        return make(kind, from: start, left, detail: detail, count: count)
      default: break
      }
      if left.count > 1 {
        fail("expected one expression, or an assignment")
        return make(.expressionStatement, from: start, left)
      }
      switch token {
      case .colon where allowsLabel && kind(left.first) == .identifier:
        lexer.advance()
        return make(.labeledStatement, from: start, name: nodes[Int(left.first)].name)
      case .arrow:
        lexer.advance()
        add(expression(), to: &left)
        return make(.send, from: start, left)
      case .increment, .decrement:
        lexer.advance()
        return make(.incrementDecrement, from: start, left)
      default: return make(.expressionStatement, from: start, left)
      }
    }

    // MARK: Heads

    private mutating func ifStatement() -> GoNodeID {
      let lower = lexer.lower
      lexer.advance()
      guard descend() else { return absent() }
      defer { ascend() }
      let level = expressionLevel
      expressionLevel = -1
      var initial: GoNodeID = 0, condition: GoNodeID = 0
      if token != .semicolon { condition = simpleStatement() }
      if take(.semicolon) {
        initial = condition
        condition = token == .openBrace ? 0 : simpleStatement()
      }
      expressionLevel = level
      if condition == 0 || kind(condition) != .expressionStatement { fail("expected a condition") }
      let body = block()
      var other: GoNodeID = 0
      if take(.keywordElse) {
        if token == .keywordIf {
          other = ifStatement()
        } else {
          other = block()
        }
      }
      if initial == 0 { initial = absent() }
      if other == 0 { other = absent() }
      return make(.ifStatement, from: lower, initial, condition, body, other)
    }

    private mutating func switchStatement() -> GoNodeID {
      let lower = lexer.lower
      lexer.advance()
      let level = expressionLevel
      expressionLevel = -1
      var initial: GoNodeID = 0, tag: GoNodeID = 0
      if token != .openBrace {
        if token != .semicolon { tag = simpleStatement() }
        if take(.semicolon) {
          initial = tag
          tag = token == .openBrace ? 0 : simpleStatement()
        }
      }
      expressionLevel = level
      var name: GoName = 0
      let isTypeSwitch = tag != 0 && typeSwitchVariable(of: tag, &name)
      var children = Children()
      add(initial == 0 ? absent() : initial, to: &children)
      add(tag == 0 ? absent() : tag, to: &children)
      expect(.openBrace, "`{`")
      guard descend() else { return absent() }
      while token == .keywordCase || token == .keywordDefault { add(caseClause(), to: &children) }
      ascend()
      expect(.closeBrace, "`}`")
      return make(isTypeSwitch ? .typeSwitch : .switchStatement, from: lower, children, name: name)
    }

    /// Whether a statement is `x.(type)` or `v := x.(type)`.
    private func typeSwitchVariable(of statement: GoNodeID, _ name: inout GoName) -> Bool {
      var guarded = nodes[Int(statement)].firstChild
      if kind(statement) == .definition, nodes[Int(statement)].count == 1 {
        name = nodes[Int(guarded)].name
        guarded = nodes[Int(guarded)].nextSibling
      } else if kind(statement) != .expressionStatement {
        return false
      }
      guard kind(guarded) == .typeAssertion else { return false }
      let operand = nodes[Int(guarded)].firstChild
      return kind(nodes[Int(operand)].nextSibling) == .absent
    }

    private mutating func caseClause() -> GoNodeID {
      let lower = lexer.lower
      var children = Children()
      let isDefault = token == .keywordDefault
      lexer.advance()
      if !isDefault { children = expressions() }
      let count = children.count
      expect(.colon, "`:`")
      join(statements(), to: &children)
      return make(.caseClause, from: lower, children, detail: isDefault ? 1 : 0, count: count)
    }

    private mutating func selectStatement() -> GoNodeID {
      let lower = lexer.lower
      lexer.advance()
      expect(.openBrace, "`{`")
      guard descend() else { return absent() }
      var clauses = Children()
      while token == .keywordCase || token == .keywordDefault {
        let start = lexer.lower
        let isDefault = token == .keywordDefault
        lexer.advance()
        var children = Children()
        add(isDefault ? absent() : simpleStatement(), to: &children)
        expect(.colon, "`:`")
        join(statements(), to: &children)
        add(make(.communicationClause, from: start, children), to: &clauses)
      }
      ascend()
      expect(.closeBrace, "`}`")
      return make(.selectStatement, from: lower, clauses)
    }

    private mutating func forStatement() -> GoNodeID {
      let lower = lexer.lower
      lexer.advance()
      let level = expressionLevel
      expressionLevel = -1
      var initial: GoNodeID = 0, condition: GoNodeID = 0, post: GoNodeID = 0
      if token == .keywordRange {
        return rangeStatement(from: lower, Children(), isDefinition: false, level: level)
      }
      if token != .openBrace {
        if token != .semicolon {
          let start = lexer.lower
          let left = expressions()
          if let isDefinition = takeAssignmentOfRange() {
            if left.count > 2 { fail("a range has two variables at most") }
            return rangeStatement(from: lower, left, isDefinition: isDefinition, level: level)
          }
          condition = simpleStatement(from: start, left)
        }
        if take(.semicolon) {
          initial = condition
          condition = token == .semicolon ? 0 : simpleStatement()
          expect(.semicolon, "`;`")
          post = token == .openBrace ? 0 : simpleStatement()
        }
      }
      expressionLevel = level
      if initial == 0 { initial = absent() }
      if condition == 0 { condition = absent() }
      if post == 0 { post = absent() }
      let body = block()
      return make(.forStatement, from: lower, initial, condition, post, body)
    }

    /// Reads `:=` or `=` if the word `range` follows.
    ///
    /// - Returns: whether it is `:=`; nil, and nothing read, if it is no range.
    private mutating func takeAssignmentOfRange() -> Bool? {
      guard token == .define || token == .assign else { return nil }
      let mark = lexer.mark, isDefinition = token == .define
      lexer.advance()
      if token == .keywordRange { return isDefinition }
      lexer.reset(to: mark)
      return nil
    }

    private mutating func rangeStatement(
      from lower: Int, _ variables: Children, isDefinition: Bool, level: Int
    ) -> GoNodeID {
      lexer.advance()
      var children = Children()
      add(expression(), to: &children)
      expressionLevel = level
      let second = variables.count > 1 ? nodes[Int(variables.first)].nextSibling : 0
      add(variables.first == 0 ? absent() : variables.first, to: &children)
      add(second == 0 ? absent() : second, to: &children)
      add(block(), to: &children)
      return make(.rangeStatement, from: lower, children, detail: isDefinition ? 1 : 0)
    }
  }
#endif
