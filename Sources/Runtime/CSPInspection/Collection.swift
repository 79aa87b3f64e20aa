// From the copies of live blocks to the tables of a dump.
//
// I1. Scopes are copied first, then children, waits afterwards, and at last each child and then each scope is asked whether
//     it is still the same: so a wait by its task was its own, though tasks are pooled and run one child after the other,
//     and so was a scope that it had opened.
// I2. What a child did that was not copied began meanwhile: its waits are left out, and scopes that it opened with all
//     that is in them. Blocks are not looked at in the order in which they came into use: a scope may be there without
//     the one around it.
// I3. Of two waits of one task the one seen later counts.
// Complexity: linear in the most waits, children, scopes and channels that there ever were at once.
internal import CSPScheduling
internal import CScheduling

struct Collection {
  private var dump = Dump(parking: Scheduler.parking, workerCount: Scheduler.workerCount)
  /// By the task's address, a block's or a header's.
  private var tasks = AddressTable()
  /// Of the tasks that are children, which come first: their blocks. By block only where somebody awaits one.
  private var childBlocks: [UInt] = []
  private var children = AddressTable()
  private var scopes = AddressTable()
  private var channels = AddressTable()
  /// Semaphores by the waiter that is first in their line.
  private var firsts = AddressTable()
  private var files: [UnsafePointer<CChar>: String] = [:]
  /// The one that was asked for last, since most tasks are of few places. SAFETY: the pointers are keys, never read again.
  private var lastFile: (key: UnsafePointer<CChar>, name: String)?
  /// Tasks of all children, those without work included.
  private var owned: [MartletOwnedTask] = []
  /// By the task: its last entry in `places`, the places where it waits in lines.
  private var lastPlace: [Int] = []
  private var places: [Place] = []
  private let now = martlet_now()

  /// Where a task waits, in a list by the task, so that a later wait takes the place of an earlier one.
  private struct Place {
    var channel: Int
    var isSender: Bool
    var previous: Int
  }

  static func dump() -> Dump {
    var collection = Collection()
    collection.collect()
    return collection.dump.findingStuck()
  }

  private mutating func collect() {
    var scopes = inspectedCopies(martlet_scopes)
    var living = inspectedCopies(martlet_children)
    let runnables = inspectedCopies(martlet_runnables)
    let waits = inspectedCopies(martlet_waits)
    owned = inspectedCopies(martlet_owned_tasks)
    Self.keep(martlet_child_lives, of: &living)
    Self.keep(martlet_scope_lives, of: &scopes)
    let channels = inspectedCopies(martlet_channels)

    dump.scopes.reserveCapacity(scopes.count)
    addChildren(living, scopes)
    let late = lateScopes(scopes)
    if !late.isEmpty {
      scopes = scopes.indices.filter { !late.contains($0) }.map { scopes[$0] }
      addChildren(living, scopes)
    }
    for scope in scopes { addScope(scope) }
    for channel in channels { addChannel(channel) }
    for runnable in runnables { note(runnable) }
    // Whoever asks runs, on whatever thread.
    if let own = tasks[UInt(bitPattern: martlet_current_task())], dump.tasks[own].activity == .elsewhere {
      dump.tasks[own].activity = .running(worker: nil)
    }
    addWaits(waits)
    listTasks()
    listWaiters()
  }

  /// Keeps the copies of what is still the same. They are asked in their place: they are large.
  private static func keep<Copy>(_ lives: (UnsafePointer<Copy>) -> Bool, of copies: inout [Copy]) {
    var gone: [Int] = []
    copies.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for index in buffer.indices where !lives(base + index) { gone.append(index) }
    }
    guard !gone.isEmpty else { return }
    var rest = gone[...]
    copies = copies.indices.compactMap { index in
      if rest.first == index {
        rest.removeFirst()
        return nil
      }
      return copies[index]
    }
  }

  // MARK: Scopes and children

  /// All children that are in one of these scopes, in the place of those that there were before.
  private mutating func addChildren(
    _ copies: [MartletChildDescription], _ scopes: [MartletScopeDescription]
  ) {
    (self.scopes, tasks, childBlocks, dump.tasks) = (AddressTable(), AddressTable(), [], [])
    // And the openers of scopes.
    dump.tasks.reserveCapacity(copies.count + scopes.count + 64)
    tasks.reserveCapacity(copies.count)
    childBlocks.reserveCapacity(copies.count)
    for (index, scope) in scopes.enumerated() { self.scopes[scope.scope] = index }
    // By place, then in the order of the copies. Not the copies themselves are sorted, which are large.
    let order = copies.indices.map { index in
      (place: (copies[index].isBody ? 0 : 1 << 32) + UInt64(copies[index].site.line), index: index)
    }.sorted { ($0.place, $0.index) < ($1.place, $1.index) }
    for index in order.lazy.map(\.index) {
      let copy = copies[index]
      guard let scope = self.scopes[copy.scope], scopes[scope].generation == copy.scopeGeneration else { continue }
      let task = dump.tasks.count
      childBlocks.append(copy.child)
      tasks[copy.task] = task
      dump.tasks.append(
        InspectedTask(
          name: inspectedName(copy.name), origin: copy.isBody ? .body : .child, place: place(copy.site), scope: scope,
          activity: copy.inLine ? .inLine : .elsewhere, identifier: copy.task, mark: UInt(copy.mark),
          look: StableLook(copy.look)))
    }
  }

  /// The scopes that were opened by children which are not there, and those in them: see I2.
  private func lateScopes(_ scopes: [MartletScopeDescription]) -> Set<Int> {
    var openers = AddressTable()
    for scope in scopes where tasks[scope.openerTask] == nil { openers[scope.openerTask] = 0 }
    for owner in owned where openers[owner.task] != nil { openers[owner.task] = 1 }
    var isLate = scopes.map { openers[$0.openerTask] == 1 }
    guard isLate.contains(true) else { return [] }
    var isKnown = isLate
    for start in scopes.indices {
      var path: [Int] = []
      var next: Int? = start
      while let scope = next, !isKnown[scope] {
        isKnown[scope] = true
        path.append(scope)
        next = tasks[scopes[scope].openerTask].flatMap { dump.tasks[$0].scope }
      }
      if let last = next, isLate[last] { for scope in path { isLate[scope] = true } }
    }
    return Set(isLate.indices.filter { isLate[$0] })
  }

  private mutating func addScope(_ copy: MartletScopeDescription) {
    let opener = task(copy.openerTask, inspectedName(copy.openerName))
    let index = dump.scopes.count
    dump.scopes.append(
      InspectedScope(
        kind: copy.isNursery ? .nursery : copy.isShield ? .shield : copy.hasDeadline ? .deadline : .scope,
        name: inspectedName(copy.name), place: place(copy.site), opener: opener,
        limit: copy.limit == .max ? nil : Int(copy.limit), isCancelled: copy.reason != .notCancelled,
        timeLeft: copy.hasDeadline ? .nanoseconds(copy.left) : nil, isClosed: copy.isClosed, look: StableLook(copy.look),
        isTelling: copy.isTelling, isOver: copy.bodyEnded && copy.children == 0, childCount: Int(copy.children)))
    dump.tasks[opener].activity = .insideScope(index)
  }

  /// The children know their scopes; the lists are made of that.
  private mutating func listTasks() {
    for (index, task) in dump.tasks.enumerated() {
      if let scope = task.scope { dump.scopes[scope].tasks.append(index) }
    }
  }

  /// The task at this address, which is a new one if it is no child.
  private mutating func task(_ address: UInt, _ name: @autoclosure () -> String?) -> Int {
    if let known = tasks[address] { return known }
    let index = dump.tasks.count
    tasks[address] = index
    dump.tasks.append(InspectedTask(name: name(), origin: .other, activity: .elsewhere, identifier: address))
    return index
  }

  private mutating func note(_ runnable: MartletRunnableDescription) {
    guard let index = tasks[runnable.task], dump.tasks[index].activity == .elsewhere else { return }
    dump.tasks[index].activity = runnable.worker < 0 ? .runnable : .running(worker: Int(runnable.worker))
  }

  private mutating func place(_ site: MartletSite) -> SourcePlace? {
    guard let file = site.file, site.fileLength > 0 else { return nil }
    if let lastFile, lastFile.key == file { return SourcePlace(file: lastFile.name, line: Int(site.line)) }
    // SAFETY: a #fileID literal: it lives as long as the program and is UTF-8 of that length.
    let bytes = UnsafeRawBufferPointer(start: file, count: Int(site.fileLength))
    let name = files[file] ?? String(decoding: bytes, as: UTF8.self)
    files[file] = name
    lastFile = (file, name)
    return SourcePlace(file: name, line: Int(site.line))
  }

  // MARK: Channels and waits

  private mutating func addChannel(_ copy: MartletChannelDescription) {
    let resource = Resource(
      kind: Resource.Kind(copy.resource), name: inspectedName(copy.name), place: place(copy.site),
      identifier: copy.channel)
    channels[copy.channel] = dump.channels.count
    let isSemaphore = copy.resource == .semaphore
    if isSemaphore { firsts[copy.first] = dump.channels.count }
    dump.channels.append(
      InspectedChannel(
        resource: resource, count: Int(isSemaphore ? copy.available : copy.count),
        capacity: copy.overflow == .grow ? nil : Int(copy.capacity), isClosed: copy.isClosed,
        isHalved: copy.isHalved, sent: Int(copy.sent), dropped: Int(copy.dropped), look: StableLook(copy.look),
        firstWish: Int(copy.firstWish), isSupplied: copy.supplied))
  }

  private mutating func addWaits(_ copies: [MartletWaitDescription]) {
    var selects = AddressTable()
    if copies.contains(where: { $0.resource == .completion }) {
      for (task, block) in childBlocks.enumerated() { children[block] = task }
    }
    // Not filtered into an array of its own: the copies are large.
    var strangers: [Int] = []
    for position in copies.indices {
      let known = copies[position].onThread ? nil : tasks[copies[position].task]
      if known == nil && !copies[position].onThread {
        strangers.append(position)
      } else if !copies[position].holds {
        addWait(copies[position], of: known, &selects)
      }
    }
    // Of the others, those who are children are left out: see I2.
    var unknown = AddressTable()
    for position in strangers { unknown[copies[position].task] = 0 }
    for owner in owned where unknown[owner.task] != nil { unknown[owner.task] = 1 }
    strangers.removeAll { unknown[copies[$0].task] == 1 }
    for position in strangers where !copies[position].holds { addWait(copies[position], of: nil, &selects) }
    // Now that waits have told the names of their tasks.
    for position in strangers where copies[position].holds { _ = task(copies[position].task, nil) }
    for position in copies.indices where copies[position].holds { addHold(copies[position]) }
  }

  /// The wait of a known task, or else of one that is no child, or of a thread.
  private mutating func addWait(
    _ copy: MartletWaitDescription, of known: Int?, _ selects: inout AddressTable
  ) {
    let item = waitCase(copy)
    let look = StableLook(copy.look)
    if copy.select != 0, let index = selects[copy.select], var wait = dump.tasks[index].wait,
      dump.tasks[index].identifier == copy.task
    {
      wait.cases.append(item)
      wait.furtherLooks.append(look)
      dump.tasks[index].activity = .waiting(wait)
      note(place: copy, of: index)
      return
    }
    let index: Int
    if copy.onThread {
      index = dump.tasks.count
      dump.tasks.append(InspectedTask(origin: .thread, activity: .elsewhere, identifier: 0))
    } else {
      index = known ?? task(copy.task, inspectedName(copy.taskName))
      dump.tasks[index].mark = UInt(copy.mark)
      if index < lastPlace.count { lastPlace[index] = -1 }
    }
    dump.tasks[index].activity = .waiting(
      InspectedWait(
        place: place(copy.site), duration: .nanoseconds(max(0, now - copy.since)), isSelect: copy.select != 0,
        cases: [item], firstLook: look))
    note(place: copy, of: index)
    if copy.select != 0 { selects[copy.select] = index }
  }

  private mutating func addHold(_ copy: MartletWaitDescription) {
    guard let channel = channels[copy.channel], let task = tasks[copy.task] else { return }
    let holder = InspectedChannel.Holder(
      task: task, permits: Int(copy.amount), place: place(copy.site),
      duration: .nanoseconds(max(0, now - copy.since)), look: StableLook(copy.look))
    dump.channels[channel].holders.append(holder)
  }

  private func waitCase(_ copy: MartletWaitDescription) -> InspectedWait.Case {
    switch copy.resource {
    case .time:
      return InspectedWait.Case(operation: .time, timeLeft: .nanoseconds(copy.left))
    case .timer:
      return InspectedWait.Case(operation: .time, resource: resource(copy))
    case .completion:
      // The header is the first field of the child's block.
      let awaited = children[copy.channel]
      let name = awaited.flatMap { dump.tasks[$0].name }
      return InspectedWait.Case(
        operation: .end, resource: Resource(kind: .task, name: name, identifier: copy.channel), awaited: awaited)
    case .channel:
      return InspectedWait.Case(operation: copy.operation == .send ? .send : .receive, resource: resource(copy))
    case .semaphore:
      return InspectedWait.Case(
        operation: .turn, resource: resource(copy), permits: Int(copy.amount), channel: channels[copy.channel],
        isFirst: firsts[copy.waiter] != nil && firsts[copy.waiter] == channels[copy.channel])
    case .lock, .readWriteLock, .condition, .latch, .once:
      return InspectedWait.Case(operation: .turn, resource: resource(copy))
    }
  }

  private func resource(_ copy: MartletWaitDescription) -> Resource {
    if let known = channels[copy.channel] { return dump.channels[known].resource }
    return Resource(kind: Resource.Kind(copy.resource), name: inspectedName(copy.name), identifier: copy.channel)
  }

  private mutating func note(place copy: MartletWaitDescription, of task: Int) {
    guard copy.resource != .completion, copy.resource != .time, let channel = channels[copy.channel] else { return }
    while lastPlace.count <= task { lastPlace.append(-1) }
    let isSender = copy.resource == .channel && copy.operation == .send
    places.append(Place(channel: channel, isSender: isSender, previous: lastPlace[task]))
    lastPlace[task] = places.count - 1
  }

  private mutating func listWaiters() {
    for task in lastPlace.indices {
      var next = lastPlace[task]
      while next >= 0 {
        let place = places[next]
        if place.isSender {
          dump.channels[place.channel].senders.append(task)
        } else {
          dump.channels[place.channel].receivers.append(task)
        }
        next = place.previous
      }
    }
  }
}

extension Resource.Kind {
  init(_ resource: MartletResource) {
    switch resource {
    case .channel, .time: self = .channel
    case .completion: self = .task
    case .lock: self = .lock
    case .readWriteLock: self = .readWriteLock
    case .condition: self = .condition
    case .semaphore: self = .semaphore
    case .latch: self = .latch
    case .once: self = .once
    case .timer: self = .timer
    }
  }
}
