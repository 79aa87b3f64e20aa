import ProcessGenerators
import ProcessTerms
import ReferenceSemantics
import Testing

/// A counterexample that is none, and the words that say why.
struct Tampered: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let reason: String
  let process: @Sendable (Fixture) -> Process
  let counterexample: @Sendable (Fixture) throws -> Counterexample

  init(
    _ description: String, says reason: String, of process: @escaping @Sendable (Fixture) -> Process,
    _ counterexample: @escaping @Sendable (Fixture) throws -> Counterexample
  ) {
    testDescription = description
    self.reason = reason
    self.process = process
    self.counterexample = counterexample
  }
}

extension Fixture {
  /// A path that takes, at each step, the first step with this event.
  fileprivate func path(_ p: Process, _ events: Event...) throws -> Path {
    var path = Path(start: try table.resolve(p))
    for event in events {
      path.steps.append(try #require(try interpreter.steps(of: path.end).first { $0.event == event }))
    }
    return path
  }
}

private let tampered: [Tampered] = [
  Tampered("another start", says: "starts at another process", of: \.stop) { f in
    Counterexample(path: Path(start: f.skip), claim: .deadlock)
  },
  Tampered("a step that is none", says: "step 1", of: { $0.once($0.a) }) { f in
    Counterexample(path: Path(start: f.once(f.a), steps: [Step(f.b, f.stop)]), claim: .deadlock)
  },
  Tampered("a step to elsewhere", says: "step 2", of: { $0.pre($0.a, $0.once($0.b)) }) { f in
    var path = try f.path(f.pre(f.a, f.once(f.b)), f.a, f.b)
    path.steps[1] = Step(f.b, f.div)
    return Counterexample(path: path, claim: .deadlock)
  },
  Tampered("a deadlock that has a step", says: "has a step", of: { $0.once($0.a) }) { f in
    Counterexample(path: try f.path(f.once(f.a)), claim: .deadlock)
  },
  Tampered("a deadlock that has terminated", says: "has terminated", of: \.skip) { f in
    Counterexample(path: try f.path(f.skip, f.tick), claim: .deadlock)
  },
  Tampered("an event that is allowed", says: "allows a", of: { $0.once($0.a) }) { f in
    Counterexample(path: try f.path(f.once(f.a), f.a), claim: .eventNotAllowed(specification: f.once(f.a), .traces))
  },
  Tampered("no event at the end", says: "does not end with an event", of: { $0.either($0.stop, $0.skip) }) { f in
    Counterexample(
      path: try f.path(f.either(f.stop, f.skip), f.tau), claim: .eventNotAllowed(specification: f.stop, .traces))
  },
  Tampered("an event that was not the first", says: "is not possible", of: { $0.pre($0.a, $0.once($0.b)) }) { f in
    Counterexample(
      path: try f.path(f.pre(f.a, f.once(f.b)), f.a, f.b), claim: .eventNotAllowed(specification: f.stop, .traces))
  },
  Tampered("an event below a divergence", says: "diverges after ⟨⟩", of: { $0.once($0.a) }) { f in
    Counterexample(
      path: try f.path(f.once(f.a), f.a), claim: .eventNotAllowed(specification: f.div, .failuresDivergences))
  },
  Tampered("a refusal in T", says: "nothing about refusals", of: \.stop) { f in
    Counterexample(path: try f.path(f.stop), claim: .refusalNotAllowed(specification: f.once(f.a), .traces))
  },
  Tampered("a refusal that is allowed", says: "may accept no more", of: \.stop) { f in
    Counterexample(
      path: try f.path(f.stop), claim: .refusalNotAllowed(specification: f.table.chaos(f.set(f.a)), .failures))
  },
  Tampered("a refusal of an unstable process", says: "is not stable", of: \.div) { f in
    Counterexample(path: try f.path(f.div), claim: .refusalNotAllowed(specification: f.once(f.a), .failures))
  },
  Tampered("a refusal below a divergence", says: "diverges after ⟨a⟩", of: { $0.once($0.a) }) { f in
    Counterexample(
      path: try f.path(f.once(f.a), f.a),
      claim: .refusalNotAllowed(specification: f.pre(f.a, f.choice(f.div, f.once(f.b))), .failuresDivergences))
  },
  Tampered("a divergence that is allowed", says: "diverges after ⟨⟩", of: \.div) { f in
    Counterexample(
      path: try f.path(f.div), claim: .divergence(specification: f.div, loop: [Step(f.tau, f.div)]))
  },
  Tampered("an empty loop", says: "loop is empty", of: \.div) { f in
    Counterexample(path: try f.path(f.div), claim: .divergence(specification: nil, loop: []))
  },
  Tampered("a loop that is seen", says: "is not silent", of: { $0.forever($0.a) }) { f in
    Counterexample(
      path: try f.path(f.forever(f.a)), claim: .divergence(specification: nil, loop: [Step(f.a, f.forever(f.a))]))
  },
  Tampered("a loop that does not come back", says: "does not come back", of: { $0.either($0.stop, $0.div) }) { f in
    Counterexample(
      path: try f.path(f.either(f.stop, f.div)), claim: .divergence(specification: nil, loop: [Step(f.tau, f.div)]))
  },
  Tampered("a loop of steps that are none", says: "loop's step 1", of: \.stop) { f in
    Counterexample(path: try f.path(f.stop), claim: .divergence(specification: nil, loop: [Step(f.tau, f.stop)]))
  },
  Tampered("an event that is not refused", says: "a is not refused", of: { $0.once($0.a) }) { f in
    Counterexample(path: try f.path(f.once(f.a), f.a), claim: .nondeterminism(other: Path(start: f.once(f.a))))
  },
  Tampered("two behaviours with different traces", says: "different traces", of: { $0.once($0.a) }) { f in
    let path = try f.path(f.once(f.a), f.a)
    return Counterexample(path: path, claim: .nondeterminism(other: path))
  },
  Tampered("another behaviour of another process", says: "starts elsewhere", of: { $0.once($0.a) }) { f in
    Counterexample(path: try f.path(f.once(f.a), f.a), claim: .nondeterminism(other: Path(start: f.stop)))
  },
  Tampered("another behaviour that is none", says: "other path's step 1", of: { $0.once($0.a) }) { f in
    let other = Path(start: f.once(f.a), steps: [Step(f.tau, f.stop)])
    return Counterexample(path: try f.path(f.once(f.a), f.a), claim: .nondeterminism(other: other))
  },
  Tampered("an impossible event that is possible", says: "a is possible", of: { $0.once($0.a) }) { f in
    Counterexample(path: try f.path(f.once(f.a)), claim: .eventImpossible(trace: [f.a], length: 0))
  },
  Tampered("a trace that is all there", says: "no event of the trace is due", of: { $0.once($0.a) }) { f in
    Counterexample(path: try f.path(f.once(f.a), f.a), claim: .eventImpossible(trace: [f.a], length: 1))
  },
  Tampered("a path that shows another trace", says: "does not show the beginning", of: { $0.once($0.a) }) { f in
    Counterexample(path: try f.path(f.once(f.a), f.a), claim: .eventRefusable(trace: [f.b, f.b], length: 1))
  },
  Tampered("a refusable event that is offered", says: "a is not refused", of: { $0.once($0.a) }) { f in
    Counterexample(path: try f.path(f.once(f.a)), claim: .eventRefusable(trace: [f.a], length: 0))
  },
  Tampered("a divergence beside the trace", says: "does not show the beginning", of: { $0.pre($0.a, $0.div) }) { f in
    Counterexample(
      path: try f.path(f.pre(f.a, f.div), f.a),
      claim: .divergenceAlongTrace(trace: [f.b], length: 1, loop: [Step(f.tau, f.div)]))
  },
  Tampered("a trace shorter than claimed", says: "not that long", of: { $0.pre($0.a, $0.div) }) { f in
    Counterexample(
      path: try f.path(f.pre(f.a, f.div), f.a),
      claim: .divergenceAlongTrace(trace: [f.a], length: 2, loop: [Step(f.tau, f.div)]))
  },
]

@Suite struct ReferenceReplayTests {
  @Test(arguments: tampered) func `a tampered counterexample is rejected`(tampered: Tampered) throws {
    let f = Fixture()
    let mismatch = try f.interpreter.replay(try tampered.counterexample(f), of: tampered.process(f))
    #expect(mismatch?.description.contains(tampered.reason) == true, "\(mismatch?.description ?? "accepted")")
  }

  /// Any change of an event, of a target, or of the length makes a path another; if it is still one, the claim decides.
  @Test(arguments: UInt64(1)...20)
  func `the counterexamples of random checks replay, and their changed copies do not`(seed: UInt64) throws {
    var generator = ProcessGenerator(seed: seed)
    let interpreter = ReferenceInterpreter(generator.table), witness = Witness(interpreter: interpreter)
    var replayed = 0
    for number in 0..<60 {
      let p = generator.process(size: 8), q = generator.process(size: 8)
      let traces = [[generator.event()], [generator.event(), generator.event()]]
      let text: Comment = "seed \(seed), number \(number)"
      for model in Model.allCases {
        if let verdict = try interpreter.refines(p, by: q, in: model, limit: 300), !verdict.holds {
          let counterexample = try #require(try witness.refinement(p, by: q, in: model, verdict), text)
          #expect(try interpreter.replay(counterexample, of: q) == nil, text)
          try expectRejection(of: changed(counterexample, generator), of: q, interpreter, text)
          // Nothing but the defect counts: against a process that allows it, it is none.
          var harmless = counterexample
          harmless.claim = claim(counterexample.claim, against: q)
          #expect(try interpreter.replay(harmless, of: q) != nil, text)
          replayed += 1
        }
        let verdicts = [
          try interpreter.isDeadlockFree(p, in: model, limit: 300),
          try interpreter.isDeterministic(p, in: model, limit: 300),
        ]
        for case let verdict? in verdicts where !verdict.holds {
          let counterexample = try #require(try witness.check(p, verdict), text)
          #expect(try interpreter.replay(counterexample, of: p) == nil, text)
          try expectRejection(of: changed(counterexample, generator), of: p, interpreter, text)
          replayed += 1
        }
        for trace in traces {
          guard let verdict = try interpreter.hasTrace(p, trace, in: model, limit: 300), !verdict.holds
          else { continue }
          let counterexample = try #require(try witness.hasTrace(p, trace, verdict), text)
          #expect(try interpreter.replay(counterexample, of: p) == nil, text)
          replayed += 1
        }
      }
    }
    #expect(replayed > 100)
  }

  /// Copies of which each differs in one step from a path of the process: by an event that no process has.
  private func changed(_ original: Counterexample, _ generator: ProcessGenerator) -> [Counterexample] {
    let strange = generator.table.alphabet.append("strange")
    return original.path.steps.indices.flatMap { i in
      var event = original, target = original
      let step = original.path.steps[i]
      event.path.steps[i] = Step(strange, step.target)
      target.path.steps[i] = Step(step.event, generator.table.prefix(strange, generator.table.stop))
      return [event, target]
    }
  }

  private func expectRejection(
    of copies: [Counterexample], of p: Process, _ interpreter: ReferenceInterpreter, _ text: Comment
  ) throws {
    for copy in copies { #expect(try interpreter.replay(copy, of: p) != nil, text) }
  }

  private func claim(_ claim: Claim, against specification: Process) -> Claim {
    switch claim {
    case .eventNotAllowed(_, let model): .eventNotAllowed(specification: specification, model)
    case .refusalNotAllowed(_, let model): .refusalNotAllowed(specification: specification, model)
    case .divergence(_, let loop): .divergence(specification: specification, loop: loop)
    default: claim
    }
  }
}
