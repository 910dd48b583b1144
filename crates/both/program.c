// What stands in /usr/bin: the rest is in libdrawbridge.so. RUN is drawbridge_app or drawbridge_command.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>

int RUN(void);

int main(void) {
    // As Rust's own start does: a file opened later must not be taken for the terminal,
    for (int stream = 0; stream <= 2; stream++)
        if (fcntl(stream, F_GETFD) == -1 && errno == EBADF && open("/dev/null", O_RDWR) == -1)
            return 1;
    // and a pipe that was closed is an error like any other.
    signal(SIGPIPE, SIG_IGN);
    return RUN();
}
