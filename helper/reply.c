/* Replies: see message.h. Never runs as root: whoever replies has given it up before. */
#include "message.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void number_put(uint8_t *octets, uint64_t number, unsigned size)
{
	for (; size-- > 0; number >>= 8)
		octets[size] = number & 0xFF;
}

void reply_begin(struct reply *reply, const struct dialogue *dialogue, enum type request)
{
	memcpy(reply->octets, MAGIC, MAGIC_SIZE);
	number_put(reply->octets + 4, request == REFUSED ? REFUSED : REPLY | request, 2);
	number_put(reply->octets + 12, request == REFUSED ? 0 : dialogue->sequence, 4);
	reply->length = HEADER_SIZE;
	reply->count = reply->descriptors = 0;
}

void reply_octets(struct reply *reply, enum tag tag, const void *octets, size_t length)
{
	if (length > REPLY_SIZE || reply->length + ITEM_HEADER_SIZE + length > REPLY_SIZE)
		_exit(70);	/* a mistake of ours: each caller's items are bounded */
	number_put(reply->octets + reply->length, tag, 2);
	number_put(reply->octets + reply->length + 2, length, 2);
	memcpy(reply->octets + reply->length + ITEM_HEADER_SIZE, octets, length);
	reply->length += ITEM_HEADER_SIZE + length;
	reply->count++;
}

void reply_number(struct reply *reply, enum tag tag, uint64_t number, unsigned size)
{
	uint8_t octets[8];

	number_put(octets, number, size);
	reply_octets(reply, tag, octets, size);
}

bool reply_send(struct reply *reply, int connection)
{
	_Alignas(struct cmsghdr) char space[CMSG_SPACE(BATCH * sizeof(int))] = { 0 };
	struct cmsghdr *control = (struct cmsghdr *)space;
	struct iovec vector = { reply->octets, reply->length };
	struct msghdr header = { .msg_iov = &vector, .msg_iovlen = 1 };
	size_t size = reply->descriptors * sizeof(int);
	ssize_t sent;

	number_put(reply->octets + 6, reply->count, 2);
	number_put(reply->octets + 8, reply->length, 4);
	if (reply->descriptors > 0) {
		control->cmsg_level = SOL_SOCKET;
		control->cmsg_type = SCM_RIGHTS;
		control->cmsg_len = CMSG_LEN(size);
		memcpy(CMSG_DATA(control), reply->descriptor, size);
		header.msg_control = space;
		header.msg_controllen = CMSG_SPACE(size);
	}
	do
		sent = sendmsg(connection, &header, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	for (unsigned i = 0; i < reply->descriptors; i++)
		close(reply->descriptor[i]);
	reply->descriptors = 0;
	return sent == (ssize_t)reply->length;
}
