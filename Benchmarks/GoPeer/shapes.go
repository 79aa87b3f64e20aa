package main

import "reflect"

// One goroutine sends to and receives from one channel after the other.
func roundRobin(count, size int) float64 {
	channels := make([]chan int, size)
	for i := range channels {
		channels[i] = make(chan int, 1)
	}
	return nanosecondsPerOperation(count, func(count int) {
		sum, next := 0, 0
		for i := 0; i < count; i++ {
			channels[next] <- i
			sum += <-channels[next]
			if next++; next == size {
				next = 0
			}
		}
		mustBe(sum, sumBelow(count))
	})
}

// Each value goes to the one of size receivers that has waited longest, which comes back to wait.
func handToWaiters(count, size int) float64 {
	channel, sums := make(chan int), make(chan int)
	for range size {
		go func() {
			sum := 0
			for value := range channel {
				sum += value
			}
			sums <- sum
		}()
	}
	figure := nanosecondsPerOperation(count, func(count int) {
		for i := 0; i < count; i++ {
			channel <- i
		}
	})
	close(channel)
	sum := 0
	for range size {
		sum += <-sums
	}
	mustBe(sum, sumBelow(count)+sumBelow(count/10))
	return figure
}

func receiveCases(channels []chan int) []reflect.SelectCase {
	cases := make([]reflect.SelectCase, len(channels))
	for i, channel := range channels {
		cases[i] = reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(channel)}
	}
	return cases
}

// The step from one ready channel to the next; odd, so that it visits all when their number is a power of two.
const stride = 7919

// One of size cases is ready.
func selectOneReady(count, size int) float64 {
	channels := make([]chan int, size)
	for i := range channels {
		channels[i] = make(chan int, 1)
	}
	cases := receiveCases(channels)
	return nanosecondsPerOperation(count, func(count int) {
		sum := 0
		for i := 0; i < count; i++ {
			channels[i*stride%size] <- i
			_, value, _ := reflect.Select(cases)
			sum += int(value.Int())
		}
		mustBe(sum, sumBelow(count))
	})
}

// None of size cases is ready until the producer sends.
func selectNoneReady(count, size int) float64 {
	channels := make([]chan int, size)
	for i := range channels {
		channels[i] = make(chan int)
	}
	cases := receiveCases(channels)
	return nanosecondsPerOperation(count, func(count int) {
		go func() {
			for i := 0; i < count; i++ {
				channels[i*stride%size] <- i
			}
		}()
		sum := 0
		for i := 0; i < count; i++ {
			_, value, _ := reflect.Select(cases)
			sum += int(value.Int())
		}
		mustBe(sum, sumBelow(count))
	})
}
