/// Dense numbers → values, growing to the largest number that was set; `nothing` where none was.
struct NumberArray<Value> {
  private var values: [Value] = []
  private let nothing: Value

  init(nothing: Value) { self.nothing = nothing }

  var bytes: Int { values.count * MemoryLayout<Value>.stride }

  subscript(number: Int32) -> Value {
    get { Int(number) < values.count ? values[Int(number)] : nothing }
    set {
      if Int(number) >= values.count {
        let room = max(Int(number) + 1, values.count + values.count / 2)
        values.append(contentsOf: repeatElement(nothing, count: room - values.count))
      }
      values[Int(number)] = newValue
    }
  }
}
