// What channels, primitives and nurseries with a name have done and how they stand, as families of numbers.
//
// I1. All things of one kind and one name are one series: a sample is their sum.
// I2. A counter never falls, whatever ends meanwhile: MartletTally.h says how.
// I3. Families, and samples within a family, come in an order that depends on the names alone.
internal import CScheduling

/// Numbers about all channels, primitives and nurseries that have a name. Made by ``Inspection/metrics()``.
///
/// Counted is from the start of the process on, and only what has a name; things of one name are counted together. At
/// most ``seriesLimit`` names of a kind are told apart, those that come first; all others, and the empty name, are
/// counted together under the empty name. So name things by what they are for, and not by a number or a user.
///
/// The names of families, their labels and their meanings are part of the interface; new ones may be added.
public struct InspectedMetrics: Sendable, Equatable {
  /// Names of a kind that are told apart. What has been seen is reported until the process ends.
  public static let seriesLimit = Int(MartletSeriesLimit)

  /// Samples of one name and meaning, one for each combination of labels.
  public struct Family: Sendable, Equatable {
    public enum Kind: String, Sendable {
      /// Rises, or stays; from 0 at the start of the process.
      case counter
      /// As it is now.
      case gauge
    }

    public var name: String
    public var kind: Kind
    /// A sentence in English, of what the value is.
    public var help: String
    public var samples: [Sample]
  }

  public struct Sample: Sendable, Equatable {
    /// Names and values, in this order.
    public var labels: [Label]
    /// Seconds, where the family's name says so; otherwise a number of things. Infinite, for the capacity of an unbounded
    /// channel.
    public var value: Double
  }

  public struct Label: Sendable, Hashable {
    public var name: String
    public var value: String
  }

  /// In the order of the documentation; those without a sample as well.
  public var families: [Family]

  /// The sample with these labels' values, if there is one.
  ///
  /// - Complexity: linear in the families and in the samples of this one.
  public subscript(family: String, labels: String...) -> Double? {
    families.first { $0.name == family }?.samples.first { $0.labels.map(\.value) == labels }?.value
  }
}

extension InspectedMetrics {
  /// One row of the table of metrics: what is read off a series.
  private struct Column {
    var name: String
    var kind: Family.Kind
    var help: String
    var value: (MartletSeriesDescription) -> Double

    init(
      _ name: String, _ kind: Family.Kind, _ help: String, _ value: @escaping (MartletSeriesDescription) -> Double
    ) {
      (self.name, self.kind, self.help, self.value) = (name, kind, help, value)
    }
  }

  private static func waiting(_ series: MartletSeriesDescription) -> Double {
    Double(series.levels.senders + series.levels.receivers)
  }

  private static func blockedSeconds(_ series: MartletSeriesDescription) -> Double {
    Double(series.counts.blocked) * 1024 / 1_000_000_000
  }

  private static var channelColumns: [Column] {
    [
      Column("martlet_channels", .gauge, "Channels of this name.") { Double($0.levels.number) },
      Column("martlet_channel_depth", .gauge, "Values in the buffer.") { Double($0.levels.depth) },
      Column("martlet_channel_capacity", .gauge, "Values that the buffer holds at most.") {
        $0.levels.isUnbounded ? .infinity : Double($0.levels.capacity)
      },
      Column("martlet_channel_waiting_senders", .gauge, "Tasks and threads that wait to send.") {
        Double($0.levels.senders)
      },
      Column("martlet_channel_waiting_receivers", .gauge, "Tasks and threads that wait to receive.") {
        Double($0.levels.receivers)
      },
      Column("martlet_channel_sent_total", .counter, "Values that were sent, dropped ones included.") {
        Double($0.counts.sent)
      },
      Column("martlet_channel_dropped_total", .counter, "Values that a full buffer dropped.") {
        Double($0.counts.dropped)
      },
      Column("martlet_channel_waits_total", .counter, "Times that a task or thread had to wait.") {
        Double($0.counts.waits)
      },
      Column(
        "martlet_channel_blocked_seconds_total", .counter, "Time that tasks and threads have waited, added up.",
        blockedSeconds),
    ]
  }

  private static var primitiveColumns: [Column] {
    [
      Column("martlet_primitives", .gauge, "Locks, semaphores and the like of this kind and name.") {
        Double($0.levels.number)
      },
      Column("martlet_primitive_waiting", .gauge, "Tasks and threads that wait.", waiting),
      Column("martlet_primitive_waits_total", .counter, "Times that a task or thread had to wait.") {
        Double($0.counts.waits)
      },
      Column(
        "martlet_primitive_blocked_seconds_total", .counter, "Time that tasks and threads have waited, added up.",
        blockedSeconds),
    ]
  }

  private static var nurseryColumns: [Column] {
    [
      Column("martlet_nurseries", .gauge, "Nurseries of this name that are open.") { Double($0.levels.number) },
      Column("martlet_nursery_tasks", .gauge, "Children that have not ended, those in line for the limit included.") {
        Double($0.levels.tasks)
      },
      Column("martlet_nursery_opened_total", .counter, "Nurseries that were opened.") { Double($0.counts.opened) },
      Column("martlet_nursery_tasks_started_total", .counter, "Children that were started.") {
        Double($0.counts.started)
      },
      Column("martlet_nursery_tasks_failed_total", .counter, "Children that threw something else than a cancellation.") {
        Double($0.counts.failed)
      },
      Column("martlet_nursery_tasks_cancelled_total", .counter, "Children that threw a cancellation.") {
        Double($0.counts.cancelled)
      },
    ]
  }

  /// The families of some series.
  private static func families(
    _ columns: [Column], _ series: [(labels: [Label], numbers: MartletSeriesDescription)]
  ) -> [Family] {
    columns.map { column in
      Family(
        name: column.name, kind: column.kind, help: column.help,
        samples: series.map { Sample(labels: $0.labels, value: column.value($0.numbers)) })
    }
  }

  static func collect() -> InspectedMetrics {
    var channels: [(labels: [Label], numbers: MartletSeriesDescription)] = []
    var (primitives, nurseries) = (channels, channels)
    for series in inspectedSeries() {
      // SAFETY: a series has its name for as long as the process lives; it was a String's.
      let name = String(
        decoding: UnsafeRawBufferPointer(start: series.name, count: series.length), as: UTF8.self)
      switch series.kind {
      case UInt8(MartletKindNursery): nurseries.append(([Label(name: "nursery", value: name)], series))
      case MartletResource.channel.rawValue: channels.append(([Label(name: "channel", value: name)], series))
      default:
        let kind = MartletResource(rawValue: series.kind).map { Resource.Kind($0).metricsName } ?? ""
        primitives.append(([Label(name: "kind", value: kind), Label(name: "name", value: name)], series))
      }
    }
    return InspectedMetrics(
      families: families(channelColumns, sorted(channels)) + families(primitiveColumns, sorted(primitives))
        + families(nurseryColumns, sorted(nurseries)))
  }

  private static func sorted(
    _ series: [(labels: [Label], numbers: MartletSeriesDescription)]
  ) -> [(labels: [Label], numbers: MartletSeriesDescription)] {
    series.sorted { left, right in left.labels.lazy.map(\.value).lexicographicallyPrecedes(right.labels.map(\.value)) }
  }
}

/// The series, with room for those that are added meanwhile.
private func inspectedSeries() -> [MartletSeriesDescription] {
  let capacity = martlet_series(nil, 0) + 64
  // SAFETY: a description is a struct of C's; the function initialises as many of them as it says.
  return [MartletSeriesDescription](unsafeUninitializedCapacity: capacity) { buffer, count in
    count = martlet_series(buffer.baseAddress, capacity)
  }
}

extension Resource.Kind {
  /// As label values are written: without blanks.
  fileprivate var metricsName: String { self == .readWriteLock ? "read_write_lock" : rawValue }
}
