package main

// A producer alternates between two channels; the consumer waits for both.
func selectBlocking(count int) {
	a, b := make(chan int), make(chan int)
	go func() {
		for i := 0; i < count; i++ {
			if i&1 == 0 {
				a <- i
			} else {
				b <- i
			}
		}
	}()
	sum := 0
	for i := 0; i < count; i++ {
		select {
		case value := <-a:
			sum += value
		case value := <-b:
			sum += value
		}
	}
	mustBe(sum, sumBelow(count))
}

// All are ready: the send that refills the chosen channel is part of the figure.
func selectOfTwo(count int) {
	a, b := make(chan int, 1), make(chan int, 1)
	a <- 1
	b <- 1
	sum := 0
	for i := 0; i < count; i++ {
		select {
		case value := <-a:
			sum += value
			a <- value
		case value := <-b:
			sum += value
			b <- value
		}
	}
	mustBe(sum, count)
}

func selectOfEight(count int) {
	var channels [8]chan int
	for i := range channels {
		channels[i] = make(chan int, 1)
		channels[i] <- 1
	}
	a, b, c, d := channels[0], channels[1], channels[2], channels[3]
	e, f, g, h := channels[4], channels[5], channels[6], channels[7]
	sum := 0
	for i := 0; i < count; i++ {
		select {
		case value := <-a:
			sum += value
			a <- value
		case value := <-b:
			sum += value
			b <- value
		case value := <-c:
			sum += value
			c <- value
		case value := <-d:
			sum += value
			d <- value
		case value := <-e:
			sum += value
			e <- value
		case value := <-f:
			sum += value
			f <- value
		case value := <-g:
			sum += value
			g <- value
		case value := <-h:
			sum += value
			h <- value
		}
	}
	mustBe(sum, count)
}

// Two cases and a default; none is ready.
func selectDefault(count int) {
	a, b := make(chan int, 1), make(chan int, 1)
	sum := 0
	for i := 0; i < count; i++ {
		select {
		case value := <-a:
			sum += value
		case value := <-b:
			sum += value
		default:
			sum++
		}
	}
	mustBe(sum, count)
}
