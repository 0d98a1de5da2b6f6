/* Requests: see message.h. Runs as root until the verdict, and as the user after it. */
#include "message.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* The bounds of each item that a client may send, in octets. */
static const struct { uint16_t least, most; } bounds[] = {
	[TAG_METHOD] = { 1, 1 }, [TAG_NAME] = { 1, NAME_SIZE }, [TAG_SECRET] = { 0, SECRET_SIZE },
	[TAG_SOURCE] = { 4, 16 }, [TAG_LOCAL] = { 4, 16 }, [TAG_ENTRY] = { 2, 1 + NAME_SIZE },
	[TAG_IDENTITY] = { 16, 16 }, [TAG_PLACE] = { 1, 1 }, [TAG_POSITION] = { 8, 8 }
};

/*
 * Which request is permitted in which state, how often, with which items (so many times over), and what it decides.
 * What is not here is not permitted.
 */
static const struct rule {
	enum type type;
	enum state state;
	bool once;
	unsigned repeats;
	enum tag items[6];
} rules[] = {
	/* Which methods there are. */
	{ STATUS, CONNECTED, true, 1, { 0 } },
	/* Hands out the listening sockets. */
	{ LISTEN, CONNECTED, true, 1, { 0 } },
	/* Whether this password opens this user's mail; if so this process becomes that user. */
	{ LOGIN, CONNECTED, true, 1, { TAG_METHOD, TAG_NAME, TAG_SECRET, TAG_SOURCE, TAG_LOCAL } },
	/* Opens the mailbox for reading. */
	{ OPEN_MAILBOX, IN_MBOX, false, 1, { 0 } },
	/* Opens the mailbox for writing, if it is still the same file. */
	{ OPEN_UPDATE, IN_MBOX, true, 1, { TAG_IDENTITY } },
	/* Makes an empty mailbox where there is none. */
	{ CREATE_MAILBOX, IN_MBOX, false, 1, { 0 } },
	/* What is in a directory of the Maildir. */
	{ LIST, IN_MAILDIR, false, 1, { TAG_PLACE, TAG_POSITION } },
	/* Opens files for reading. */
	{ OPEN, IN_MAILDIR, false, BATCH, { TAG_ENTRY } },
	/* Renames files, replacing none. */
	{ RENAME, IN_MAILDIR, false, BATCH, { TAG_ENTRY, TAG_ENTRY } },
	/* Removes files. */
	{ UNLINK, IN_MAILDIR, false, BATCH, { TAG_ENTRY } },
	/* Creates a file. */
	{ CREATE, IN_MAILDIR, false, 1, { TAG_ENTRY } },
	/* Brings a directory to stable storage. */
	{ SYNC, IN_MAILDIR, false, 1, { TAG_PLACE } }
};
enum { RULES = sizeof rules / sizeof *rules };

uint64_t number_at(const uint8_t *octets, unsigned size)
{
	uint64_t number = 0;

	while (size-- > 0)
		number = number << 8 | *octets++;
	return number;
}

/* What an item's octets must be beyond their number: what everybody who reads them may rely on. */
static bool content_fits(const struct item *item)
{
	static const uint8_t mapped[12] = { [10] = 0xFF, [11] = 0xFF };	/* of IPv4: that would be a second name for it */
	const uint8_t *name = item->octets + 1;
	size_t length = item->length - 1u;

	switch (item->tag) {
	case TAG_NAME:
		return memchr(item->octets, 0, item->length) == NULL;
	case TAG_SOURCE: case TAG_LOCAL:
		return item->length == 4 || (item->length == 16 && memcmp(item->octets, mapped, sizeof mapped) != 0);
	case TAG_PLACE:
		return item->octets[0] < PLACES;
	case TAG_ENTRY:
		return item->octets[0] < PLACES && memchr(name, 0, length) == NULL && memchr(name, '/', length) == NULL
		    && !(name[0] == '.' && (length == 1 || (length == 2 && name[1] == '.')));
	default:
		return true;
	}
}

static const struct rule *rule_of(unsigned type)
{
	for (unsigned i = 0; i < RULES; i++)
		if (rules[i].type == type)
			return &rules[i];
	return NULL;
}

bool message_parse(struct dialogue *dialogue, const uint8_t *octets, size_t length, struct message *message)
{
	const struct rule *rule;
	unsigned shape;
	size_t at = HEADER_SIZE;

	dialogue->other_version = length >= HEADER_SIZE && memcmp(octets, MAGIC, 3) == 0 && octets[3] != MAGIC[3];
	if (length < HEADER_SIZE || memcmp(octets, MAGIC, MAGIC_SIZE) != 0 || number_at(octets + 8, 4) != length
	    || number_at(octets + 12, 4) != (uint64_t)dialogue->sequence + 1)
		return false;
	rule = rule_of((unsigned)number_at(octets + 4, 2));
	message->count = (unsigned)number_at(octets + 6, 2);
	if (rule == NULL || rule->state != dialogue->state || (rule->once && dialogue->used >> (rule - rules) & 1)
	    || message->count > ITEMS)
		return false;
	for (shape = 0; rule->items[shape] != 0; shape++);
	if (message->count > shape * rule->repeats || (shape != 0 && (message->count == 0 || message->count % shape != 0)))
		return false;
	for (unsigned i = 0; i < message->count; i++) {
		struct item *item = &message->items[i];

		if (length - at < ITEM_HEADER_SIZE)
			return false;
		item->tag = (uint16_t)number_at(octets + at, 2);
		item->length = (uint16_t)number_at(octets + at + 2, 2);
		item->octets = octets + at + ITEM_HEADER_SIZE;
		at += ITEM_HEADER_SIZE;
		if (item->tag != rule->items[i % shape] || item->length < bounds[item->tag].least
		    || item->length > bounds[item->tag].most || item->length > length - at || !content_fits(item))
			return false;
		at += item->length;
	}
	if (at != length)
		return false;
	message->type = rule->type;
	dialogue->sequence++;
	dialogue->used |= 1u << (rule - rules);
	return true;
}

bool message_receive(struct dialogue *dialogue, uint8_t *buffer, struct message *message)
{
	struct iovec vector = { buffer, REQUEST_SIZE };
	/* No room for descriptors: the kernel throws away what comes, and says so. */
	struct msghdr header = { .msg_iov = &vector, .msg_iovlen = 1 };
	ssize_t length;

	do
		length = recvmsg(dialogue->connection, &header, MSG_CMSG_CLOEXEC);
	while (length < 0 && errno == EINTR);
	return length > 0 && (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0
	    && message_parse(dialogue, buffer, (size_t)length, message);
}
