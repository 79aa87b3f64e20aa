// GoPeer row count: one row of the channels or nurseries benchmark, written as Go writes it, with the counts and the
// element type of the Swift programs beside it. Prints one figure: nanoseconds per operation, in the rows of sieve, skynet
// and canceltree nanoseconds in all, in the row of parked tasks bytes per task. GOMAXPROCS says how many processors it
// may use.
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// What a row does count times. The rows of shapes also have a size, prepare what is not measured, and give the figure.
type perOperation func(count int)
type ofSize func(count, size int) float64

var timed = map[string]perOperation{
	"pingpong":        pingPong,
	"oneway":          func(count int) { oneWay(count, 0) },
	"buffered":        func(count int) { oneWay(count, 128) },
	"mpmc":            manyToMany,
	"uncontended":     uncontended,
	"select.blocking": selectBlocking,
	"select2":         selectOfTwo,
	"select8":         selectOfEight,
	"select.default":  selectDefault,
	"work":            work,
	"mutex":           addUnderMutex,
	"atomic":          addAtomically,

	"spawnjoin":        spawnAndJoin,
	"spawnjoin.handle": spawnAndJoin,
	"spawnbatch":       spawnBatches,
	"spawnbatch.work":  spawnWorkers,
	"daisy":            daisyChains,
	"deadline":         armAndDisarm,
}

var shapes = map[string]ofSize{
	"channels":       roundRobin,
	"waiters":        handToWaiters,
	"cases":          selectOneReady,
	"cases.blocking": selectNoneReady,
}

// The time that count operations take after a warm-up of a tenth of them.
func nanoseconds(count int, row perOperation) float64 {
	row(count / 10)
	start := time.Now()
	row(count)
	return float64(time.Since(start).Nanoseconds())
}

func nanosecondsPerOperation(count int, row perOperation) float64 {
	return nanoseconds(count, row) / float64(count)
}

func figure(name string, count int) (float64, bool) {
	if row, found := timed[name]; found {
		return nanosecondsPerOperation(count, row), true
	}
	switch name {
	case "sieve":
		return nanoseconds(count, sieve), true
	case "skynet":
		return nanoseconds(count, skynet), true
	case "canceltree":
		return cancelTree(count), true
	case "parked":
		return bytesPerParked(count), true
	}
	// "waiters.100" is the shape "waiters" at size 100.
	if dot := strings.LastIndexByte(name, '.'); dot > 0 {
		size, err := strconv.Atoi(name[dot+1:])
		if row, found := shapes[name[:dot]]; found && err == nil && size > 0 {
			return row(count, size), true
		}
	}
	return 0, false
}

func main() {
	if len(os.Args) == 3 {
		if count, err := strconv.Atoi(os.Args[2]); err == nil && count > 0 {
			if value, found := figure(os.Args[1], count); found {
				fmt.Printf("%.3f\n", value)
				return
			}
		}
	}
	fmt.Fprintln(os.Stderr, "usage: GoPeer row count")
	os.Exit(2)
}

// A row that did not do its work has no figure.
func mustBe(value, expected int) {
	if value != expected {
		fmt.Fprintf(os.Stderr, "a sum is %d instead of %d\n", value, expected)
		os.Exit(1)
	}
}

func sumBelow(count int) int { return count * (count - 1) / 2 }

// What no sum is known for goes here, so that it is not compiled away.
var kept int
