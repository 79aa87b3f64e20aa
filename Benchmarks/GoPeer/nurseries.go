package main

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// A wait group for each goroutine.
func spawnAndJoin(count int) {
	for i := 0; i < count; i++ {
		var group sync.WaitGroup
		group.Add(1)
		go func() { group.Done() }()
		group.Wait()
	}
}

// count goroutines, 1,000 in a wait group.
func spawnBatches(count int) {
	for i := 0; i < count/1000; i++ {
		var group sync.WaitGroup
		group.Add(1000)
		for range 1000 {
			go func() { group.Done() }()
		}
		group.Wait()
	}
}

// The same with goroutines that compute.
func spawnWorkers(count int) {
	for i := 0; i < count/1000; i++ {
		var group sync.WaitGroup
		group.Add(1000)
		for k := range 1000 {
			go func() {
				if burn(k) == 0 {
					panic("xorshift is never 0")
				}
				group.Done()
			}()
		}
		group.Wait()
	}
}

// Chains of 1,000 stages, count stages in all. Each adds one to what it receives from its right and sends it left.
func daisyChains(count int) {
	for i := 0; i < count/1000; i++ {
		mustBe(daisyChain(1000), 1001)
	}
}

func daisyChain(stages int) int {
	leftmost := make(chan int)
	left := leftmost
	for range stages {
		right := make(chan int)
		go func(left chan<- int, right <-chan int) { left <- 1 + <-right }(left, right)
		left = right
	}
	go func(left chan<- int) { left <- 1 }(left)
	return <-leftmost
}

// count leaves, a power of ten; whoever is not a leaf has ten children and sums what they send.
func skynet(count int) {
	answer := make(chan int)
	go node(0, count, answer)
	mustBe(<-answer, sumBelow(count))
}

func node(first, leaves int, parent chan<- int) {
	if leaves <= 1 {
		parent <- first
		return
	}
	children, share := make(chan int), leaves/10
	for i := range 10 {
		go node(first+i*share, share, children)
	}
	sum := 0
	for range 10 {
		sum += <-children
	}
	parent <- sum
}

// Nanoseconds from the cancellation of a tree of count waiting goroutines to its end; a tenth of it warms up.
func cancelTree(count int) float64 {
	timeToCancel(count / 10)
	return timeToCancel(count)
}

// Below one context stand contexts of 1,000 goroutines each, and all goroutines wait to receive from one channel.
func timeToCancel(count int) float64 {
	branches := count / 1000
	leaves := branches * 1000
	never := make(chan int)
	var waiting, cancelled atomic.Int64
	var tree sync.WaitGroup
	root, cancel := context.WithCancel(context.Background())
	for range branches {
		tree.Add(1)
		go func() {
			defer tree.Done()
			below, cancelBelow := context.WithCancel(root)
			defer cancelBelow()
			var group sync.WaitGroup
			group.Add(1000)
			for range 1000 {
				go func() {
					defer group.Done()
					waiting.Add(1)
					select {
					case <-never:
					case <-below.Done():
						cancelled.Add(1)
					}
				}()
			}
			group.Wait()
		}()
	}
	for waiting.Load() < int64(leaves) {
		runtime.Gosched()
	}
	// The last to come is on its way to the channel: let it get there.
	for range 100 {
		runtime.Gosched()
	}
	start := time.Now()
	cancel()
	tree.Wait()
	figure := float64(time.Since(start).Nanoseconds())
	mustBe(int(cancelled.Load()), leaves)
	return figure
}

// A deadline that is far away when its body has ended.
func armAndDisarm(count int) {
	for i := 0; i < count; i++ {
		_, cancel := context.WithTimeout(context.Background(), time.Hour)
		cancel()
	}
}
