/*
 * Where there is no libFuzzer: fuzz_driver [-n MUTATIONS] [-s SEED] FILE... replays the files, and then mutations of
 * them. The seed is printed first; the same one gives the same inputs. A file's octets are a message.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

enum { FILES = 256, SIZE = 20480, MOST = SIZE + 64 };

static struct { uint8_t *octets; size_t length; } files[FILES];
static unsigned count;
static uint64_t state;

/* xorshift64*: quick, and the same everywhere. */
static uint32_t below(uint32_t bound)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (uint32_t)(((state * UINT64_C(2685821657736338717)) >> 32) % bound);
}

static void put(uint8_t *octets, uint64_t number, unsigned size)
{
	for (; size-- > 0; number >>= 8)
		octets[size] = number & 0xFF;
}

static size_t mutate(uint8_t *octets, size_t length)
{
	static const uint8_t likely[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 24, 31, 32, 33, 63, 64, 65, 127, 128, 254, 255, '.', '/' };
	size_t at = length == 0 ? 0 : below((uint32_t)length), some, from;

	switch (below(8)) {
	case 0:
		if (length > 0)
			octets[at] ^= (uint8_t)(1u << below(8));
		return length;
	case 1:
		if (length > 0)
			octets[at] = likely[below(sizeof likely)];
		return length;
	case 2:		/* a number of two octets, which lengths, tags and counts are */
		if (length >= 2)
			put(octets + (at & ~(size_t)1) % (length - 1), likely[below(sizeof likely)] + (below(4) == 0 ? below(65536) : 0), 2);
		return length;
	case 3:
		return at;
	case 4:
		some = below(64);
		if (length + some <= MOST) {
			memmove(octets + at + some, octets + at, length - at);
			for (size_t i = 0; i < some; i++)
				octets[at + i] = (uint8_t)below(256);
			length += some;
		}
		return length;
	case 5:
		some = length - at < 64 ? length - at : 64;
		memmove(octets + at, octets + at + some, length - at - some);
		return length - some;
	case 6:		/* a piece of another message */
		from = below(count);
		some = files[from].length < length - at ? files[from].length : length - at;
		memcpy(octets + at, files[from].octets, some);
		return length;
	default:	/* a piece of its own again */
		some = length - at;
		if (length + some <= MOST) {
			memmove(octets + length, octets + at, some);
			length += some;
		}
		return length;
	}
}

static void add(const char *name)
{
	static uint8_t octets[SIZE];
	FILE *file = fopen(name, "rb");

	if (file == NULL || count == FILES) {
		perror(name);
		exit(1);
	}
	files[count].length = fread(octets, 1, sizeof octets, file);
	files[count].octets = malloc(files[count].length + 1);
	memcpy(files[count].octets, octets, files[count].length);
	fclose(file);
	LLVMFuzzerTestOneInput(files[count].octets, files[count].length);
	count++;
}

int main(int argc, char **argv)
{
	unsigned long mutations = 1000000;
	uint64_t seed = (uint64_t)time(NULL) << 16 ^ (uint64_t)getpid();
	clock_t began = clock();
	int option;

	while ((option = getopt(argc, argv, "n:s:")) != -1)
		if (option == 'n')
			mutations = strtoul(optarg, NULL, 10);
		else if (option == 's')
			seed = strtoull(optarg, NULL, 10);
		else
			return 64;
	state = seed | 1;
	printf("fuzz: seed %llu (fuzz_driver -s %llu -n %lu FILE...)\n", (unsigned long long)seed, (unsigned long long)seed, mutations);
	fflush(stdout);
	for (int i = optind; i < argc; i++)
		add(argv[i]);
	if (count == 0)
		return 64;
	for (unsigned long i = 0; i < mutations; i++) {
		static uint8_t octets[MOST];
		unsigned file = below(count);
		size_t length = files[file].length;
		uint8_t *exact;

		memcpy(octets, files[file].octets, length);
		for (unsigned steps = 1 + below(4); steps > 0; steps--)
			length = mutate(octets, length);
		/* Mostly with a header that is right about the length: else nothing behind it would be reached. */
		if (length >= 12 && below(8) != 0)
			put(octets + 8, length, 4);
		exact = malloc(length + 1);
		memcpy(exact + 1, octets, length);	/* at odd addresses, and with an end that the sanitizer guards */
		LLVMFuzzerTestOneInput(exact + 1, length);
		free(exact);
	}
	printf("fuzz: %u files, %lu mutations, %.1f s\n", count, mutations, (double)(clock() - began) / CLOCKS_PER_SEC);
	return 0;
}
