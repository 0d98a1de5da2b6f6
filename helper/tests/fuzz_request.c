/*
 * The one parser of the helper, in each of its states, on anything: it takes one step or none, and what it took lies
 * inside what came. "make fuzz" says how to run it for longer.
 */
#include <stdlib.h>
#include <string.h>

#include "../message.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

static void expect(bool so)
{
	if (!so)
		abort();
}

/* What the agent and the checker rely on without looking again. */
static void expect_fit(const struct item *item)
{
	switch (item->tag) {
	case TAG_NAME:
		expect(item->length >= 1 && item->length <= NAME_SIZE && memchr(item->octets, 0, item->length) == NULL);
		break;
	case TAG_SECRET:
		expect(item->length <= SECRET_SIZE);
		break;
	case TAG_SOURCE: case TAG_LOCAL:
		expect(item->length == 4 || item->length == 16);
		break;
	case TAG_ENTRY:
		expect(item->length >= 2 && item->length <= 1 + NAME_SIZE && item->octets[0] < PLACES);
		expect(memchr(item->octets + 1, '/', item->length - 1u) == NULL && memchr(item->octets + 1, 0, item->length - 1u) == NULL);
		expect(!(item->length == 2 && item->octets[1] == '.'));
		expect(!(item->length == 3 && item->octets[1] == '.' && item->octets[2] == '.'));
		break;
	case TAG_METHOD:
		expect(item->length == 1);
		break;
	case TAG_PLACE:
		expect(item->length == 1 && item->octets[0] < PLACES);
		break;
	case TAG_IDENTITY:
		expect(item->length == 16);
		break;
	case TAG_POSITION:
		expect(item->length == 8);
		break;
	default:
		abort();
	}
}

static void expect_message(const struct message *message, const struct dialogue *before, const struct dialogue *after,
    const uint8_t *octets, size_t length)
{
	const uint8_t *at = octets + HEADER_SIZE;

	expect(length >= HEADER_SIZE && number_at(octets + 8, 4) == length && memcmp(octets, MAGIC, 4) == 0);
	expect(after->sequence == before->sequence + 1 && after->sequence == number_at(octets + 12, 4));
	expect(message->type == (enum type)number_at(octets + 4, 2) && message->count == number_at(octets + 6, 2));
	expect(message->count <= ITEMS);
	expect(message->type < OPEN_MAILBOX ? before->state == CONNECTED
	    : message->type < LIST ? before->state == IN_MBOX : before->state == IN_MAILDIR);
	for (unsigned i = 0; i < message->count; i++) {
		const struct item *item = &message->items[i];

		expect(item->octets == at + ITEM_HEADER_SIZE && item->length <= length - (size_t)(item->octets - octets));
		expect_fit(item);
		at = item->octets + item->length;
	}
	expect(at == octets + length);
	/* It is not taken twice: neither as a replay, nor, if it is good for once, with the next number. */
	struct dialogue again = *after;
	struct message unused;
	expect(!message_parse(&again, octets, length, &unused));
	if (message->type < OPEN_MAILBOX || message->type == OPEN_UPDATE) {
		again.sequence = before->sequence;
		expect(!message_parse(&again, octets, length, &unused));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
	static const enum state states[] = { CONNECTED, IN_MBOX, IN_MAILDIR };
	static struct message message;
	uint32_t sequence = length >= HEADER_SIZE ? (uint32_t)number_at(octets + 12, 4) - 1 : 0;

	for (unsigned i = 0; i < 3; i++) {
		struct dialogue before = { .connection = -1, .state = states[i], .sequence = sequence }, after = before;

		if (message_parse(&after, octets, length, &message))
			expect_message(&message, &before, &after, octets, length);
		else
			expect(after.sequence == before.sequence && after.used == before.used);
		expect(after.state == before.state && after.connection == -1);
	}
	return 0;
}
