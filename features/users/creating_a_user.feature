@users @blocker
Feature: Creating a user
  Everything begins with an account. A new user must get an id of their own, and the service must keep
  exactly the details that were entered, in whatever language.

  Rule: Every user gets an id of their own

    @REG-01 @clause-1.1 @clause-2.1 @clause-5.1
    Scenario: A new user gets an id of their own
      Given user Grace exists
      When the client creates user Ada
      Then the creation of user Ada is accepted
      And no other user has the id of user Ada
      And a look-up shows user Ada with the details that were sent within the promised time

    @REG-01 @clause-2.1 @needs-location
    Scenario: The answer says where the new user is
      Given user Grace exists
      When the client creates user Ada
      Then the answer says where to find user Ada

    @REG-01 @clause-2.2
    Scenario: Creating twice creates two users
      When the client creates user Ada with name "Ada Lovelace"
      And the client creates user Grace with name "Ada Lovelace"
      Then no other user has the id of user Grace
      And a look-up shows user Ada with name "Ada Lovelace" within the promised time
      And a look-up shows user Grace with name "Ada Lovelace" within the promised time

    @REG-03 @REG-08 @clause-6.5
    Scenario: Users created simultaneously are not mixed up
      When 20 clients each create a user at once
      Then each of them was created with details and an id of their own
      And all of them can be found by id within the promised time

    @REG-04 @clause-1.1 @clause-2.7
    Scenario: A user who returns gets a new id
      Given user Ada has been deleted
      When the client creates user Grace with the details of user Ada
      Then the creation of user Grace is accepted
      And no other user has the id of user Grace
      And a look-up no longer shows user Ada within the promised time

    @REG-04 @clause-1.1 @clause-2.7 @clause-5.3
    Scenario: A user who returns inherits no old details
      Given user Ada has been deleted
      When the client creates user Grace with the email of user Ada and no nickname
      Then the creation of user Grace is accepted
      And a look-up shows user Grace with the email of user Ada and no nickname within the promised time

    @REG-04 @REG-05 @clause-1.4 @needs-timestamps
    Scenario: A user who returns gets a new creation date
      Given user Ada has been deleted
      When the client creates user Grace with the details of user Ada
      Then the creation date of user Grace is the time of the answer

  Rule: The service keeps the details as sent

    @REG-02 @clause-1.3 @clause-2.12
    Scenario Outline: Every name is kept as it was written
      When the client creates user Ada with name "<name>"
      Then the creation of user Ada is accepted
      And a look-up shows user Ada with name "<name>" within the promised time
      And the list shows user Ada with name "<name>" within the promised time

      Examples: Names that careless software spoils
        | case                 | name                                           |
        | accents              | Zoë Müller-Ångström                            |
        | combining accents    | Zoe\u0308 Nun\u0303ez                          |
        | Chinese              | 李小龍                                            |
        | Arabic               | محمد عبد الله                                  |
        | a family of emoji    | Ada \U0001F469\u200D\U0001F469\u200D\U0001F467 |
        | a letter beyond BMP  | \U0001D4D0da                                   |
        | an apostrophe        | Miles O'Brien                                  |
        | an ampersand         | Ada & <b>Sons</b> &amp; Daughters              |
        | a double quote       | Ada \"The Countess\" Lovelace                  |
        | a backslash          | Ada \\ Lovelace \\n                            |
        | two blanks inside    | Ada  King                                      |
        | a blank that holds   | Ada\u00A0King                                  |
        | a percent sign       | 100% Ada %41 + more                            |
        | digits only          | 0123                                           |
        | a number in disguise | 1e3                                            |
        | a truth value        | true                                           |
        | a null in disguise   | null                                           |
        | outer blanks         | \u0020Ada\u0020                                |
        | one letter           | A                                              |
        | database words       | Robert'); DROP TABLE users;--                  |

    @REG-02 @clause-1.3 @clause-2.12
    Scenario Outline: Every nickname is kept as it was written
      When the client creates user Ada with nickname "<nickname>"
      Then the creation of user Ada is accepted
      And a look-up shows user Ada with nickname "<nickname>" within the promised time
      And the list shows user Ada with nickname "<nickname>" within the promised time

      Examples: Nicknames that careless software spoils
        | case                | nickname                      |
        | combining accents   | Zoe\u0308                     |
        | Chinese             | 小龍                            |
        | a letter beyond BMP | \U0001D4D0da                  |
        | markup              | <b>Ada</b> & \"the\" Countess |
        | two blanks inside   | Ada  the Countess             |
        | digits only         | 0123                          |
        | outer blanks        | \u0020Ada\u0020               |

    @REG-02 @clause-1.3
    Scenario Outline: Every email is kept as it was written
      When the client creates user Ada with an email that has <kind>
      Then the creation of user Ada is accepted
      And a look-up shows user Ada with an email that has <kind> within the promised time

      Examples: Emails that careless software spoils
        | kind          |
        | a plus sign   |
        | dots          |
        | an underscore |
        | a hyphen      |
        | digits only   |
        | capitals      |

    @REG-02 @clause-1.3 @clause-1.1
    Scenario: An optional nickname may be left out
      When the client creates user Ada without a nickname
      Then the creation of user Ada is accepted
      And a look-up shows user Ada without a nickname within the promised time
      And the list shows user Ada without a nickname within the promised time

    @REG-02 @clause-1.3 @clause-1.1
    Scenario: A null nickname is none
      When the client creates user Ada with a null nickname
      Then the creation of user Ada is accepted
      And a look-up shows user Ada without a nickname within the promised time

    @REG-02 @clause-1.6 @needs-validation-lengths @needs-password
    Scenario Outline: A password of the allowed length is accepted
      When the client creates user Ada with <length>
      Then the creation of user Ada is accepted
      And a look-up shows user Ada with the details that were sent within the promised time

      Examples: As short and as long as promised
        | length                |
        | the shortest password |
        | the longest password  |

    @REG-05 @clause-1.4 @needs-timestamps
    Scenario: The creation date is the time of creation
      When the client creates user Ada
      Then the creation date of user Ada is the time of the answer

    @REG-06 @clause-1.5
    Scenario Outline: The caller cannot choose what the service decides
      When the client creates user Ada with a chosen <field>
      Then user Ada does not have the chosen <field>

      Examples: What belongs to the service
        | field      |
        | id         |
        | role       |
        | created at |
        | updated at |

    @REG-06 @clause-1.5 @clause-5.3
    Scenario: A creation cannot take over another user
      Given user Ada exists
      When the client tries to create a user under the id of user Ada
      Then the request is accepted or cleanly refused
      And user Ada is unchanged

  Rule: A refusal leaves no trace

    @REG-07 @clause-3.4 @clause-5.3 @needs-validation
    Scenario Outline: A refused creation creates no user
      When the client creates user Ada with <flaw>
      Then the request is refused because the details are not valid
      And no user has been created

      Examples: Flawed details
        | flaw                        |
        | an empty name               |
        | a missing email             |
        | an email without @          |
        | a nickname that is too long |
