/* What PROTOCOL.md says of requests and replies, from both sides of each limit. The tables here are its own reading of it. */
#include "../message.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

enum { PACKET_SIZE = 70000 };

static const struct kind {
	enum tag tag;
	size_t least, most;
} kinds[] = {
	{ TAG_METHOD, 1, 1 }, { TAG_NAME, 1, 255 }, { TAG_SECRET, 0, 1024 }, { TAG_SOURCE, 4, 16 }, { TAG_LOCAL, 4, 16 },
	{ TAG_ENTRY, 2, 256 }, { TAG_IDENTITY, 16, 16 }, { TAG_PLACE, 1, 1 }, { TAG_POSITION, 8, 8 }
};

static const struct request {
	enum type type;
	enum state state;
	bool once;
	unsigned repeats;
	unsigned items;
	enum tag tags[5];
} requests[] = {
	{ STATUS, CONNECTED, true, 1, 0, { 0 } },
	{ LISTEN, CONNECTED, true, 1, 0, { 0 } },
	{ LOGIN, CONNECTED, true, 1, 5, { TAG_METHOD, TAG_NAME, TAG_SECRET, TAG_SOURCE, TAG_LOCAL } },
	{ OPEN_MAILBOX, IN_MBOX, false, 1, 0, { 0 } },
	{ OPEN_UPDATE, IN_MBOX, true, 1, 1, { TAG_IDENTITY } },
	{ CREATE_MAILBOX, IN_MBOX, false, 1, 0, { 0 } },
	{ LIST, IN_MAILDIR, false, 1, 2, { TAG_PLACE, TAG_POSITION } },
	{ OPEN, IN_MAILDIR, false, 32, 1, { TAG_ENTRY } },
	{ RENAME, IN_MAILDIR, false, 32, 2, { TAG_ENTRY, TAG_ENTRY } },
	{ UNLINK, IN_MAILDIR, false, 32, 1, { TAG_ENTRY } },
	{ CREATE, IN_MAILDIR, false, 1, 1, { TAG_ENTRY } },
	{ SYNC, IN_MAILDIR, false, 1, 1, { TAG_PLACE } }
};
enum { REQUESTS = sizeof requests / sizeof *requests, KINDS = sizeof kinds / sizeof *kinds };

static uint8_t packet[PACKET_SIZE];
static size_t packet_length;
static unsigned packet_count;
static struct message message;

static void begin(unsigned type)
{
	memcpy(packet, MAGIC, 4);
	number_put(packet + 4, type, 2);
	packet_length = HEADER_SIZE;
	packet_count = 0;
}

static void add(unsigned tag, const void *octets, size_t length)
{
	number_put(packet + packet_length, tag, 2);
	number_put(packet + packet_length + 2, length, 2);
	memcpy(packet + packet_length + 4, octets, length);
	packet_length += 4 + length;
	packet_count++;
}

static void end(uint32_t sequence)
{
	number_put(packet + 6, packet_count, 2);
	number_put(packet + 8, packet_length, 4);
	number_put(packet + 12, sequence, 4);
}

static const struct kind *kind_of(enum tag tag)
{
	for (unsigned i = 0; i < KINDS; i++)
		if (kinds[i].tag == tag)
			return &kinds[i];
	abort();
}

/* Octets that fit every item of this tag, in the least number, or in the number given. */
static void add_good(enum tag tag, size_t length)
{
	static uint8_t octets[2048];

	memset(octets, 1, sizeof octets);
	if (tag == TAG_ENTRY)
		memset(octets + 1, 'n', sizeof octets - 1);
	add(tag, octets, length);
}

static void build(const struct request *request, unsigned repeats, uint32_t sequence)
{
	begin(request->type);
	for (unsigned i = 0; i < repeats; i++)
		for (unsigned j = 0; j < request->items; j++)
			add_good(request->tags[j], kind_of(request->tags[j])->least);
	end(sequence);
}

/* Parses from a buffer of exactly this size, so that the sanitizer sees an octet too far; checks what is promised. */
static bool parse_in(struct dialogue *dialogue)
{
	uint8_t *exact = malloc(packet_length == 0 ? 1 : packet_length);
	struct dialogue before = *dialogue;
	bool good;

	memcpy(exact, packet, packet_length);
	memset(&message, 0xA5, sizeof message);
	good = message_parse(dialogue, exact, packet_length, &message);
	CHECK(dialogue->state == before.state);
	if (good) {
		const uint8_t *at = exact + HEADER_SIZE;

		CHECK(dialogue->sequence == before.sequence + 1);
		CHECK(message.count == number_at(packet + 6, 2));
		for (unsigned i = 0; i < message.count; i++) {
			CHECK(message.items[i].octets == at + 4);
			at = message.items[i].octets + message.items[i].length;
		}
		CHECK(at == exact + packet_length);
	} else
		CHECK(dialogue->sequence == before.sequence && dialogue->used == before.used);
	free(exact);
	return good;
}

static bool parses(enum state state, uint32_t last)
{
	struct dialogue dialogue = { .connection = -1, .state = state, .sequence = last };

	return parse_in(&dialogue);
}

static void test_each_request_in_each_state(void)
{
	static const enum state states[] = { CONNECTED, IN_MBOX, IN_MAILDIR };

	for (unsigned i = 0; i < REQUESTS; i++)
		for (unsigned j = 0; j < 3; j++) {
			build(&requests[i], 1, 1);
			CHECK_CASE(parses(states[j], 0) == (states[j] == requests[i].state), "type %d state %d", requests[i].type,
			    states[j]);
		}
}

static void test_types_that_are_none(void)
{
	for (unsigned type = 0; type <= 0xFFFF; type++) {
		bool is_request = false;

		for (unsigned i = 0; i < REQUESTS; i++)
			is_request |= requests[i].type == type;
		if (is_request)
			continue;
		begin(type);
		end(1);
		CHECK_CASE(!parses(CONNECTED, 0) && !parses(IN_MBOX, 0) && !parses(IN_MAILDIR, 0), "type %u", type);
	}
}

static void test_once_and_many_times(void)
{
	for (unsigned i = 0; i < REQUESTS; i++) {
		struct dialogue dialogue = { .connection = -1, .state = requests[i].state };

		build(&requests[i], 1, 1);
		CHECK(parse_in(&dialogue));
		build(&requests[i], 1, 2);
		CHECK_CASE(parse_in(&dialogue) == !requests[i].once, "type %d", requests[i].type);
		dialogue.used = 0;
		build(&requests[i], 1, dialogue.sequence + 1);
		CHECK_CASE(parse_in(&dialogue), "type %d", requests[i].type);
	}
}

static void test_what_is_once_uses_up_nothing_else(void)
{
	struct dialogue dialogue = { .connection = -1, .state = CONNECTED };

	build(&requests[0], 1, 1);
	CHECK(parse_in(&dialogue));
	build(&requests[1], 1, 2);
	CHECK(parse_in(&dialogue));
	build(&requests[2], 1, 3);
	CHECK(parse_in(&dialogue));
}

static void test_sequence(void)
{
	build(&requests[0], 1, 0);
	CHECK(!parses(CONNECTED, 0));
	build(&requests[0], 1, 2);
	CHECK(!parses(CONNECTED, 0));	/* one left out */
	build(&requests[0], 1, 7);
	CHECK(parses(CONNECTED, 6));
	CHECK(!parses(CONNECTED, 7));	/* replayed */
	CHECK(!parses(CONNECTED, 8));
	CHECK(!parses(CONNECTED, 5));
	build(&requests[0], 1, UINT32_MAX);
	CHECK(parses(CONNECTED, UINT32_MAX - 1));
	/* After the last number there is none. */
	build(&requests[0], 1, 0);
	CHECK(!parses(CONNECTED, UINT32_MAX));
}

static void test_items_at_and_beyond_their_bounds(void)
{
	for (unsigned i = 0; i < REQUESTS; i++)
		for (unsigned j = 0; j < requests[i].items; j++)
			for (unsigned step = 0; step < 4; step++) {
				const struct kind *kind = kind_of(requests[i].tags[j]);
				size_t length = step == 0 ? kind->least - 1 : step == 1 ? kind->least : step == 2 ? kind->most : kind->most + 1;
				bool good = step == 1 || step == 2;

				if (length == (size_t)-1)
					continue;
				begin(requests[i].type);
				for (unsigned k = 0; k < requests[i].items; k++)
					add_good(requests[i].tags[k], k == j ? length : kind_of(requests[i].tags[k])->least);
				end(1);
				CHECK_CASE(parses(requests[i].state, 0) == good, "type %d item %u of %zu octets", requests[i].type, j, length);
			}
}

static void test_addresses_are_of_two_sizes(void)
{
	for (unsigned which = 0; which < 2; which++)
		for (size_t length = 0; length <= 20; length++) {
			begin(LOGIN);
			add_good(TAG_METHOD, 1);
			add_good(TAG_NAME, 1);
			add_good(TAG_SECRET, 0);
			add_good(TAG_SOURCE, which == 0 ? length : 4);
			add_good(TAG_LOCAL, which == 1 ? length : 16);
			end(1);
			CHECK_CASE(parses(CONNECTED, 0) == (length == 4 || length == 16), "%u: %zu octets", which, length);
		}
}

/* An IPv4 address has one form: another one would be another virtual host's, or none's. */
static void test_mapped_addresses(void)
{
	uint8_t address[16] = { [10] = 0xFF, [11] = 0xFF, [12] = 192, [15] = 1 };

	for (unsigned octet = 0; octet < 16; octet++)
		for (unsigned which = 0; which < 2; which++) {
			address[octet] ^= 1;
			begin(LOGIN);
			add_good(TAG_METHOD, 1);
			add_good(TAG_NAME, 1);
			add_good(TAG_SECRET, 0);
			add(TAG_SOURCE, which == 0 ? address : (const uint8_t *)"\1\2\3\4", which == 0 ? 16 : 4);
			add(TAG_LOCAL, which == 1 ? address : (const uint8_t *)"\1\2\3\4", which == 1 ? 16 : 4);
			end(1);
			CHECK_CASE(parses(CONNECTED, 0) == (octet < 12), "octet %u", octet);
			address[octet] ^= 1;
		}
}

static void test_repeats(void)
{
	for (unsigned i = 0; i < REQUESTS; i++)
		for (unsigned repeats = 0; repeats <= 66; repeats++) {
			if (requests[i].items == 0)
				continue;
			build(&requests[i], repeats, 1);
			CHECK_CASE(parses(requests[i].state, 0) == (repeats >= 1 && repeats <= requests[i].repeats), "type %d %u times",
			    requests[i].type, repeats);
		}
	/* Pairs that are none. */
	for (unsigned count = 1; count <= 65; count += 2) {
		begin(RENAME);
		for (unsigned i = 0; i < count; i++)
			add_good(TAG_ENTRY, 2);
		end(1);
		CHECK_CASE(!parses(IN_MAILDIR, 0), "%u", count);
	}
	/* The largest request there can be. */
	begin(RENAME);
	for (unsigned i = 0; i < 64; i++)
		add_good(TAG_ENTRY, 256);
	end(1);
	CHECK(packet_length <= REQUEST_SIZE && parses(IN_MAILDIR, 0));
	/* Items where none belong. */
	begin(STATUS);
	add_good(TAG_METHOD, 1);
	end(1);
	CHECK(!parses(CONNECTED, 0));
}

static void test_items_of_another_tag_or_order(void)
{
	for (unsigned i = 0; i < REQUESTS; i++)
		for (unsigned j = 0; j < requests[i].items; j++)
			for (unsigned tag = 0; tag < 70; tag++) {
				enum tag right = requests[i].tags[j];

				begin(requests[i].type);
				for (unsigned k = 0; k < requests[i].items; k++)
					if (k == j) {
						add_good(right, kind_of(right)->least);
						number_put(packet + packet_length - 4 - kind_of(right)->least, tag, 2);
					} else
						add_good(requests[i].tags[k], kind_of(requests[i].tags[k])->least);
				end(1);
				CHECK_CASE(parses(requests[i].state, 0) == (tag == right), "type %d item %u tag %u", requests[i].type, j, tag);
			}
	begin(LIST);
	add_good(TAG_POSITION, 8);
	add_good(TAG_PLACE, 1);
	end(1);
	CHECK(!parses(IN_MAILDIR, 0));
}

/* Each request cut short and drawn out, with a header that says so and one that does not. */
static void test_length(void)
{
	for (unsigned i = 0; i < REQUESTS; i++) {
		build(&requests[i], 1, 1);
		size_t whole = packet_length;

		for (size_t length = 0; length < whole; length++) {
			packet_length = length;
			CHECK_CASE(!parses(requests[i].state, 0), "type %d cut at %zu", requests[i].type, length);
			if (length >= 12) {
				number_put(packet + 8, length, 4);
				CHECK_CASE(!parses(requests[i].state, 0), "type %d cut at %zu, and says so", requests[i].type, length);
				number_put(packet + 8, whole, 4);
			}
		}
		for (int more = -1; more <= 1; more += 2) {
			packet_length = whole;
			number_put(packet + 8, whole + (size_t)more, 4);
			CHECK(!parses(requests[i].state, 0));
		}
		packet[whole] = 0;
		packet_length = whole + 1;
		number_put(packet + 8, whole + 1, 4);
		CHECK_CASE(!parses(requests[i].state, 0), "type %d with an octet more", requests[i].type);
		/* A whole item more than is counted, and one less. */
		packet_length = whole;
		add_good(TAG_METHOD, 1);
		packet_count--;
		end(1);
		CHECK(!parses(requests[i].state, 0));
		packet_length = whole;
		packet_count++;
		end(1);
		CHECK(!parses(requests[i].state, 0));
	}
}

static void test_items_that_reach_beyond_the_end(void)
{
	static const unsigned lengths[] = { 2, 3, 255, 256, 257, 0x7FFF, 0x8000, 0xFFFF };

	for (unsigned i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		begin(LOGIN);
		add_good(TAG_METHOD, 1);
		add_good(TAG_NAME, 1);
		number_put(packet + packet_length - 3, lengths[i], 2);
		add_good(TAG_SECRET, 0);
		add_good(TAG_SOURCE, 4);
		add_good(TAG_LOCAL, 4);
		end(1);
		CHECK_CASE(!parses(CONNECTED, 0), "NAME says %u", lengths[i]);
		begin(UNLINK);
		add_good(TAG_ENTRY, 2);
		number_put(packet + packet_length - 4, lengths[i], 2);
		end(1);
		CHECK_CASE(parses(IN_MAILDIR, 0) == (lengths[i] == 2), "ENTRY says %u", lengths[i]);
	}
}

static bool name_parses(const void *octets, size_t length)
{
	begin(LOGIN);
	add_good(TAG_METHOD, 1);
	add(TAG_NAME, octets, length);
	add_good(TAG_SECRET, 0);
	add_good(TAG_SOURCE, 4);
	add_good(TAG_LOCAL, 16);
	end(1);
	return parses(CONNECTED, 0);
}

static bool entry_parses(unsigned place, const void *name, size_t length)
{
	uint8_t octets[300] = { (uint8_t)place };

	memcpy(octets + 1, name, length);
	begin(CREATE);
	add(TAG_ENTRY, octets, length + 1);
	end(1);
	return parses(IN_MAILDIR, 0);
}

static void test_names(void)
{
	char long_name[256];

	CHECK(name_parses("a", 1) && name_parses("a/b..\xFF", 6));	/* it is no file name */
	CHECK(!name_parses("\0", 1) && !name_parses("a\0", 2) && !name_parses("a\0b", 3));
	memset(long_name, 'x', sizeof long_name);
	CHECK(entry_parses(1, long_name, 255) && !entry_parses(1, long_name, 256));
	long_name[254] = '/';
	CHECK(!entry_parses(1, long_name, 255));
	long_name[254] = '\0';
	CHECK(!entry_parses(1, long_name, 255));
	CHECK(!entry_parses(1, "/", 1) && !entry_parses(1, "/a", 2) && !entry_parses(1, "a/", 2) && !entry_parses(1, "a/b", 3)
	    && !entry_parses(1, "../a", 4));
	CHECK(!entry_parses(1, "\0", 1) && !entry_parses(1, "\0a", 2) && !entry_parses(1, "a\0", 2));
	CHECK(!entry_parses(1, ".", 1) && !entry_parses(1, "..", 2));
	CHECK(entry_parses(1, "...", 3) && entry_parses(1, ".a", 2) && entry_parses(1, "..a", 3) && entry_parses(1, "a.", 2)
	    && entry_parses(1, "\xFF\n", 2));
}

static void test_places(void)
{
	for (unsigned place = 0; place < 256; place++) {
		uint8_t octet = (uint8_t)place;

		CHECK_CASE(entry_parses(place, "name", 4) == (place < 4), "ENTRY %u", place);
		begin(SYNC);
		add(TAG_PLACE, &octet, 1);
		end(1);
		CHECK_CASE(parses(IN_MAILDIR, 0) == (place < 4), "PLACE %u", place);
	}
}

/* The last of many is looked at like the first. */
static void test_the_last_of_a_batch(void)
{
	begin(UNLINK);
	for (unsigned i = 0; i < 31; i++)
		add_good(TAG_ENTRY, 2);
	add(TAG_ENTRY, "\1..", 3);
	end(1);
	CHECK(!parses(IN_MAILDIR, 0));
	begin(RENAME);
	for (unsigned i = 0; i < 63; i++)
		add_good(TAG_ENTRY, 2);
	add(TAG_ENTRY, "\4x", 2);
	end(1);
	CHECK(!parses(IN_MAILDIR, 0));
}

static void test_version(void)
{
	for (unsigned octet = 0; octet < 4; octet++)
		for (unsigned value = 0; value < 256; value++) {
			struct dialogue dialogue = { .connection = -1, .state = CONNECTED, .other_version = true };
			bool same = value == (unsigned char)MAGIC[octet];

			build(&requests[0], 1, 1);
			packet[octet] = (uint8_t)value;
			CHECK(parse_in(&dialogue) == same);
			CHECK_CASE(dialogue.other_version == (octet == 3 && !same), "octet %u is %u", octet, value);
		}
	/* Only the magic's place and the header's size are the same for ever. */
	for (size_t length = 0; length < 20; length++) {
		struct dialogue dialogue = { .connection = -1, .state = CONNECTED };

		memset(packet, 0xFF, sizeof packet);
		memcpy(packet, "PST2", 4);
		packet_length = length;
		CHECK(!parse_in(&dialogue) && dialogue.other_version == (length >= HEADER_SIZE));
	}
}

static void test_receive(void)
{
	static uint8_t buffer[REQUEST_SIZE];
	int ends[2], null = open("/dev/null", O_RDONLY), free_before, unused;
	struct dialogue dialogue = { .state = CONNECTED };
	struct iovec vector = { packet, 0 };
	_Alignas(struct cmsghdr) char space[CMSG_SPACE(sizeof(int))] = { 0 };
	struct cmsghdr *control = (struct cmsghdr *)space;
	struct msghdr header = { .msg_iov = &vector, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space };

	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
	free_before = dup(null);
	close(free_before);
	dialogue.connection = ends[0];
	build(&requests[2], 1, 1);
	CHECK(send(ends[1], packet, packet_length, 0) > 0 && message_receive(&dialogue, buffer, &message));
	CHECK(message.type == LOGIN && message.items[1].octets > buffer && message.items[1].octets < buffer + sizeof buffer);
	/* Longer than any request may be: what is cut off could have been anything. */
	build(&requests[1], 1, 2);
	CHECK(send(ends[1], packet, REQUEST_SIZE + 1, 0) > 0 && !message_receive(&dialogue, buffer, &message));
	/* With a descriptor. */
	control->cmsg_level = SOL_SOCKET;
	control->cmsg_type = SCM_RIGHTS;
	control->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(control), &null, sizeof null);
	vector.iov_len = packet_length;
	CHECK(sendmsg(ends[1], &header, 0) > 0 && !message_receive(&dialogue, buffer, &message));
	unused = dup(null);
	CHECK(unused == free_before);	/* nothing came out of it here */
	close(unused);
	CHECK(send(ends[1], packet, 0, 0) == 0 && !message_receive(&dialogue, buffer, &message));
	CHECK(send(ends[1], packet, packet_length, 0) > 0 && message_receive(&dialogue, buffer, &message));
	close(ends[1]);
	CHECK(!message_receive(&dialogue, buffer, &message));
	close(ends[0]);
	close(null);
}

static void test_reply_bounds(void)
{
	static struct reply reply;
	static uint8_t octets[REPLY_SIZE];
	const struct dialogue dialogue = { .sequence = 9 };
	size_t most = REPLY_SIZE - HEADER_SIZE - ITEM_HEADER_SIZE;
	int status;

	reply_begin(&reply, &dialogue, LIST);
	/* What does not fit ends the process before it writes beyond the end. */
	static const size_t too_long[] = { 1, 2, SIZE_MAX / 2, SIZE_MAX - 65535 - 16 - 4, SIZE_MAX - 16 - 3, SIZE_MAX };
	for (unsigned i = 0; i < sizeof too_long / sizeof *too_long; i++) {
		fflush(NULL);
		if (fork() == 0)
			reply_octets(&reply, TAG_LISTED, octets, i < 2 ? most + too_long[i] : too_long[i]);
		CHECK(wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 70);
	}
	reply_octets(&reply, TAG_LISTED, octets, most);
	CHECK(reply.length == REPLY_SIZE && reply.count == 1);
	fflush(NULL);
	if (fork() == 0)
		reply_octets(&reply, TAG_LISTED, octets, 0);
	CHECK(wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 70);
	reply_begin(&reply, &dialogue, LIST);
	for (unsigned i = 0; i < 1000; i++)
		reply_octets(&reply, TAG_RESULT, octets, 2);
	CHECK(reply.count == 1000 && reply.length == HEADER_SIZE + 1000 * 6);
}

static void test_reply_with_descriptors(void)
{
	static struct reply reply;
	uint8_t octets[64];
	_Alignas(struct cmsghdr) char space[CMSG_SPACE(64 * sizeof(int))];
	struct iovec vector = { octets, sizeof octets };
	struct msghdr header = { .msg_iov = &vector, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space };
	const struct dialogue dialogue = { .sequence = 0x01020304 };
	const struct cmsghdr *control;
	struct stat sent, came;
	int ends[2], got[BATCH];

	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
	reply_begin(&reply, &dialogue, OPEN);
	reply_number(&reply, TAG_RESULT, 0x0301, 2);
	for (unsigned i = 0; i < BATCH; i++)
		reply.descriptor[reply.descriptors++] = open("/dev/null", O_RDONLY);
	fstat(reply.descriptor[31], &sent);
	CHECK(reply_send(&reply, ends[0]) && reply.descriptors == 0);
	for (unsigned i = 0; i < BATCH; i++)
		CHECK(fcntl(reply.descriptor[i], F_GETFD) < 0);
	CHECK(recvmsg(ends[1], &header, 0) == 22 && (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0);
	CHECK(memcmp(octets, "PST1\x80\x14\0\1\0\0\0\x16\1\2\3\4\0\x23\0\2\3\1", 22) == 0);
	control = CMSG_FIRSTHDR(&header);
	CHECK(control != NULL && control->cmsg_len == CMSG_LEN(sizeof got) && CMSG_NXTHDR(&header, (struct cmsghdr *)control) == NULL);
	memcpy(got, CMSG_DATA(control), sizeof got);
	CHECK(fstat(got[31], &came) == 0 && came.st_rdev == sent.st_rdev);
	for (unsigned i = 0; i < BATCH; i++)
		close(got[i]);
	/* Nobody is there: they are closed all the same. */
	close(ends[1]);
	reply_begin(&reply, &dialogue, OPEN);
	reply.descriptor[reply.descriptors++] = open("/dev/null", O_RDONLY);
	CHECK(!reply_send(&reply, ends[0]) && fcntl(reply.descriptor[0], F_GETFD) < 0);
	close(ends[0]);
}

static void test_refusal_has_no_sequence(void)
{
	static struct reply reply;
	const struct dialogue dialogue = { .sequence = 5 };

	reply_begin(&reply, &dialogue, REFUSED);
	CHECK(memcmp(reply.octets, "PST1\xFF\xFF", 6) == 0 && number_at(reply.octets + 12, 4) == 0);
}

static void test_numbers(void)
{
	uint8_t octets[9] = { 0 };

	number_put(octets, UINT64_MAX, 8);
	CHECK(number_at(octets, 8) == UINT64_MAX && octets[8] == 0);
	number_put(octets, 0x0123456789ABCDEF, 8);
	CHECK(octets[0] == 0x01 && octets[7] == 0xEF && number_at(octets, 8) == 0x0123456789ABCDEF && number_at(octets, 2) == 0x0123);
	number_put(octets, 0x12345, 2);
	CHECK(number_at(octets, 2) == 0x2345);
	CHECK(number_at(octets, 0) == 0);
}

/* A golden file into the packet; the result is its first line. */
static const char *read_golden(const char *name)
{
	static char first[256];
	char path[256], line[512];
	FILE *file;

	snprintf(path, sizeof path, "golden/%s.hex", name);
	file = fopen(path, "r");
	packet_length = 0;
	*first = '\0';
	if (file == NULL)
		return first;
	while (fgets(line, sizeof line, file) != NULL) {
		unsigned octet;
		int used;

		if (*first == '\0')
			memcpy(first, line, sizeof first);
		line[strcspn(line, "#")] = '\0';
		for (const char *at = line; sscanf(at, "%2x%n", &octet, &used) == 1; at += used)
			packet[packet_length++] = (uint8_t)octet;
	}
	fclose(file);
	return first;
}

static void test_golden_requests(void)
{
	static const struct { const char *name; enum type type; unsigned count; } golden[] = {
		{ "status", STATUS, 0 }, { "listen", LISTEN, 0 }, { "login", LOGIN, 5 }, { "login-vhome", LOGIN, 5 },
		{ "open-mailbox", OPEN_MAILBOX, 0 }, { "open-update", OPEN_UPDATE, 1 }, { "create-mailbox", CREATE_MAILBOX, 0 },
		{ "list", LIST, 2 }, { "list-directory", LIST, 2 }, { "open", OPEN, 3 }, { "rename", RENAME, 4 }, { "unlink", UNLINK, 2 },
		{ "create", CREATE, 1 }, { "sync", SYNC, 1 }
	};

	for (unsigned i = 0; i < sizeof golden / sizeof *golden; i++) {
		const char *first = read_golden(golden[i].name);
		enum state state = golden[i].type < OPEN_MAILBOX ? CONNECTED : golden[i].type < LIST ? IN_MBOX : IN_MAILDIR;

		CHECK_CASE(packet_length >= HEADER_SIZE && strstr(first, "equest") != NULL, "%s: %s", golden[i].name, first);
		CHECK_CASE(parses(state, (uint32_t)number_at(packet + 12, 4) - 1), "%s", golden[i].name);
		CHECK_CASE(message.type == golden[i].type && message.count == golden[i].count, "%s", golden[i].name);
	}
}

/* Taken apart by the plain rules and put together again by the helper's own functions, each reply is the same. */
static void test_golden_replies(void)
{
	static const char *const golden[] = {
		"create-full", "create-mailbox-exists", "create-reply", "list-itself", "list-last", "list-missing", "list-page", "listen-reply",
		"listen-reply-none", "login-accepted", "login-accepted-vhome", "login-declined", "login-unavailable",
		"open-mailbox-foreign", "open-mailbox-missing", "open-mailbox-reply", "open-update-changed", "open-update-reply",
		"opened", "refused-peer", "rename-reply", "status-reply", "sync-failed", "sync-reply", "unlink-reply"
	};
	static struct reply reply;
	static uint8_t came[REPLY_SIZE];
	int ends[2];

	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
	for (unsigned i = 0; i < sizeof golden / sizeof *golden; i++) {
		read_golden(golden[i]);
		CHECK_CASE(packet_length >= HEADER_SIZE && number_at(packet + 8, 4) == packet_length, "%s", golden[i]);
		unsigned type = (unsigned)number_at(packet + 4, 2);
		struct dialogue dialogue = { .sequence = (uint32_t)number_at(packet + 12, 4) };
		size_t at = HEADER_SIZE;

		CHECK_CASE((type & REPLY) != 0, "%s", golden[i]);
		reply_begin(&reply, &dialogue, type == REFUSED ? REFUSED : type & ~(unsigned)REPLY);
		while (at < packet_length) {
			size_t length = number_at(packet + at + 2, 2);

			if (length <= 8 && length != 6)
				reply_number(&reply, (enum tag)number_at(packet + at, 2), number_at(packet + at + 4, (unsigned)length), (unsigned)length);
			else
				reply_octets(&reply, (enum tag)number_at(packet + at, 2), packet + at + 4, length);
			at += 4 + length;
		}
		CHECK(reply_send(&reply, ends[0]));
		CHECK_CASE(recv(ends[1], came, sizeof came, 0) == (ssize_t)packet_length && memcmp(came, packet, packet_length) == 0, "%s",
		    golden[i]);
	}
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	test_each_request_in_each_state();
	test_types_that_are_none();
	test_once_and_many_times();
	test_what_is_once_uses_up_nothing_else();
	test_sequence();
	test_items_at_and_beyond_their_bounds();
	test_addresses_are_of_two_sizes();
	test_mapped_addresses();
	test_repeats();
	test_items_of_another_tag_or_order();
	test_length();
	test_items_that_reach_beyond_the_end();
	test_names();
	test_places();
	test_the_last_of_a_batch();
	test_version();
	test_receive();
	test_reply_bounds();
	test_reply_with_descriptors();
	test_refusal_has_no_sequence();
	test_numbers();
	test_golden_requests();
	test_golden_replies();
	return checks_end("message");
}
