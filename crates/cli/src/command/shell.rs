//! What a shell and `man` want to know of the command line.

use clap_complete::Shell;

use crate::definition;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;

/// `drawbridge completions SHELL`
pub(crate) fn completions(shell: Shell, output: &Output) -> Result<Exit, Failure> {
    // It panics where it cannot write.
    let mut page = Vec::new();
    clap_complete::generate(shell, &mut definition(), "drawbridge", &mut page);
    output.page(&page)?;
    Ok(Exit::Done)
}

/// `drawbridge man`
pub(crate) fn manual(output: &Output) -> Result<Exit, Failure> {
    let mut page = Vec::new();
    let rendered = manual_page(&mut page);
    rendered.map_err(|error| Failure::other(&format!("The page cannot be made: {error}.")))?;
    output.page(&page)?;
    Ok(Exit::Done)
}

/// One page for all: the program, then each command with its options.
fn manual_page(page: &mut Vec<u8>) -> std::io::Result<()> {
    let mut all = definition();
    all.build();
    clap_mangen::Man::new(all.clone()).render(page)?;
    for command in all
        .get_subcommands()
        .filter(|command| command.get_name() != "help")
    {
        let name = format!("drawbridge {}", command.get_name());
        let command = command.clone().display_name(name);
        let man = clap_mangen::Man::new(command);
        man.render_name_section(page)?;
        man.render_synopsis_section(page)?;
        man.render_options_section(page)?;
    }
    Ok(())
}
