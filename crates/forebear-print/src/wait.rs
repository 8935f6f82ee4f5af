//! Waiting for questions, as long as somebody reads the answers.

/// Waits until there is something to read on standard input, or its end.
/// `false`, where whoever read standard output went away before: what is asked
/// from then on, nobody wants to know.
#[cfg(unix)]
#[must_use]
pub fn wait_for_input() -> bool {
    use rustix::event::{PollFd, PollFlags, poll};
    let (input, output) = (std::io::stdin(), std::io::stdout());
    loop {
        let mut both = [PollFd::new(&input, PollFlags::IN), PollFd::new(&output, PollFlags::empty())];
        let polled = poll(&mut both, None);
        let [input, output] = both.map(|one| one.revents());
        match polled {
            Ok(_) if output.intersects(PollFlags::ERR | PollFlags::HUP) => return false,
            Ok(_) if input.is_empty() => {}
            Err(rustix::io::Errno::INTR) => {}
            // What cannot be waited for is read, and tells itself.
            Ok(_) | Err(_) => return true,
        }
    }
}

/// Reads on where the system cannot tell.
#[cfg(not(unix))]
#[must_use]
pub fn wait_for_input() -> bool {
    true
}
