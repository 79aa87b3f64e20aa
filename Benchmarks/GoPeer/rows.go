package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
)

func pingPong(count int) {
	there, back := make(chan int), make(chan int)
	go func() {
		for value := range there {
			back <- value
		}
		close(back)
	}()
	for i := 0; i < count; i++ {
		there <- i
		<-back
	}
	close(there)
	<-back
}

func oneWay(count, capacity int) {
	channel := make(chan int, capacity)
	go func() {
		for i := 0; i < count; i++ {
			channel <- i
		}
		close(channel)
	}()
	sum := 0
	for value := range channel {
		sum += value
	}
	mustBe(sum, sumBelow(count))
}

// Four producers, four consumers.
func manyToMany(count int) {
	channel := make(chan int, 128)
	var producers, consumers sync.WaitGroup
	var total atomic.Int64
	producers.Add(4)
	consumers.Add(4)
	for range 4 {
		go func() {
			defer producers.Done()
			for i := 0; i < count/4; i++ {
				channel <- i
			}
		}()
	}
	for range 4 {
		go func() {
			defer consumers.Done()
			sum := 0
			for value := range channel {
				sum += value
			}
			total.Add(int64(sum))
		}()
	}
	producers.Wait()
	close(channel)
	consumers.Wait()
	mustBe(int(total.Load()), 4*sumBelow(count/4))
}

// One goroutine sends to itself through the buffer.
func uncontended(count int) {
	channel := make(chan int, 128)
	sum := 0
	for i := 0; i < count; i++ {
		channel <- i
		sum += <-channel
	}
	mustBe(sum, sumBelow(count))
}

// Filters stand in a chain, one a prime. Nothing ends them.
func sieve(count int) {
	numbers := make(chan int)
	go func() {
		for i := 2; ; i++ {
			numbers <- i
		}
	}()
	source := numbers
	prime := 0
	for i := 0; i < count; i++ {
		prime = <-source
		filtered := make(chan int)
		go func(in <-chan int, out chan<- int, prime int) {
			for {
				if i := <-in; i%prime != 0 {
					out <- i
				}
			}
		}(source, filtered, prime)
		source = filtered
	}
	if count == 2000 {
		mustBe(prime, 17389)
	}
	kept = prime
}

// 400 rounds of xorshift, about 0.65 µs: the same rounds as in the Swift programs.
//
//go:noinline
func burn(seed int) int {
	x := uint64(seed) ^ 88172645463325252
	for i := 0; i < 400; i++ {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	return int(x)
}

// As buffered, with work on each side.
func work(count int) {
	channel := make(chan int, 128)
	go func() {
		for i := 0; i < count; i++ {
			channel <- burn(i)
		}
		close(channel)
	}()
	sum := 0
	for value := range channel {
		sum += burn(value)
	}
	kept = sum
}

// Resident bytes for each of count goroutines that wait to receive from one channel.
func bytesPerParked(count int) float64 {
	runtime.GC()
	before := residentBytes()
	channel := make(chan int)
	var started, ended sync.WaitGroup
	started.Add(count)
	ended.Add(count)
	for range count {
		go func() {
			defer ended.Done()
			started.Done()
			<-channel
		}()
	}
	started.Wait()
	// The last to start is on its way to the channel: let it get there.
	for range 100 {
		runtime.Gosched()
	}
	grown := residentBytes() - before
	close(channel)
	ended.Wait()
	return float64(grown) / float64(count)
}

func residentBytes() int {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		panic(err)
	}
	var size, resident int
	if _, err := fmt.Sscan(string(statm), &size, &resident); err != nil {
		panic(err)
	}
	return resident * os.Getpagesize()
}

func addUnderMutex(count int) {
	var mutex sync.Mutex
	sum := 0
	for i := 0; i < count; i++ {
		mutex.Lock()
		sum++
		mutex.Unlock()
	}
	mustBe(sum, count)
}

func addAtomically(count int) {
	var sum atomic.Int64
	for i := 0; i < count; i++ {
		sum.Add(1)
	}
	mustBe(int(sum.Load()), count)
}
